import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { expandedPipeline, readRepository, root } from './expand.ts';
import { type Job, problemsOf, type Stage, stagesOf, stepsOf } from './problems.ts';

const stage = (pipeline: object, name: string) => stagesOf(pipeline).find((each) => each.stage === name) as Stage;
const job = (pipeline: object, name: string, of: string) =>
  stage(pipeline, name).jobs.find((each) => (each.deployment ?? each.job) === of) as Job;

/** Changes what the steps of a job say. */
function say(pipeline: object, place: [string, string], from: string, to: string): void {
  const found = job(pipeline, ...place);
  const before = JSON.stringify(found);
  const after = before.replace(from, to);
  if (before === after) throw new Error(`'${from}' is not said in '${place}'.`);
  Object.assign(found, JSON.parse(after));
}

describe('the pipeline', () => {
  it('refers to nothing that is not there, goes environment by environment, and knows no secret', () => {
    expect(problemsOf()).toEqual([]);
  });

  const plants: Record<string, (pipeline: object) => void> = {
    'a stage that waits for nobody': (pipeline) =>
      Object.assign(stage(pipeline, 'Plan_prod'), { dependsOn: 'Validate' }),
    'prod before test': (pipeline) => stagesOf(pipeline).splice(3, 2),
    'a step that is left out': (pipeline) => stepsOf(job(pipeline, 'Deploy_prod', 'deploy')).pop(),
    'code before its tables and jobs': (pipeline) =>
      say(pipeline, ['Deploy_test', 'deploy'], 'main.ts --env test --only tables', 'main.ts --env test --only code'),
    'a deployment under runs that go on': (pipeline) =>
      say(pipeline, ['Deploy_prod', 'deploy'], 'main.ts --env prod --only hold', 'main.ts --env prod --only infra'),
    'prod from any branch': (pipeline) => Object.assign(stage(pipeline, 'Deploy_prod'), { condition: 'succeeded()' }),
    'people in test from any branch': (pipeline) => delete stage(pipeline, 'Plan_test').condition,
    'prod from outside its network': (pipeline) => delete stage(pipeline, 'Deploy_prod').pool,
    'a plan behind the approval': (pipeline) =>
      Object.assign(job(pipeline, 'Plan_prod', 'plan'), { environment: 'medallion-prod' }),
    'a deployment nobody approves': (pipeline) => delete job(pipeline, 'Deploy_prod', 'deploy').environment,
    'a plan that could change things': (pipeline) =>
      say(pipeline, ['Plan_prod', 'plan'], '"medallion-prod-plan"', '"medallion-prod"'),
    'a connection of another environment': (pipeline) =>
      say(
        pipeline,
        ['Deploy_prod', 'deploy'],
        '"azureSubscription":"medallion-prod"',
        '"azureSubscription":"medallion-dev"',
      ),
    'another environment in a script': (pipeline) =>
      say(pipeline, ['Deploy_prod', 'deploy'], 'main.ts --env prod', 'main.ts --env test'),
    'a job without an end': (pipeline) => delete job(pipeline, 'Deploy_dev', 'deploy').timeoutInMinutes,
    'a sign-in for longer than it lasts': (pipeline) =>
      say(pipeline, ['Deploy_dev', 'deploy'], '"timeoutInMinutes":55', '"timeoutInMinutes":150'),
    'logic of its own': (pipeline) =>
      say(pipeline, ['Plan_dev', 'plan'], 'main.ts --env dev --plan', 'main.ts --env dev --plan || true'),
    'a secret': (pipeline) =>
      say(pipeline, ['Deploy_dev', 'deploy'], 'node cli', 'TOKEN=$(System.AccessToken) node cli'),
    'a build of its own': (pipeline) => stepsOf(job(pipeline, 'Deploy_dev', 'deploy')).push({ bash: 'npm run check' }),
    'a stage without the artifact': (pipeline) => stepsOf(job(pipeline, 'Deploy_dev', 'deploy')).splice(2, 1),
    'a program that is not there': (pipeline) =>
      say(pipeline, ['Plan_prod', 'plan'], 'cli/deployment/main.ts', 'cli/deploy/main.ts'),
    'a command that is not there': (pipeline) => say(pipeline, ['Validate', 'check'], 'npm run check', 'npm run chek'),
    'a variable that is not there': (pipeline) =>
      say(pipeline, ['Validate', 'check'], '$(nodeVersion)', '$(nodVersion)'),
    'a version that floats': (pipeline) =>
      Object.assign(pipeline, { variables: { nodeVersion: 'lts', pythonVersion: '3.12', bicepVersion: 'v0.49.2' } }),
    'an image that floats': (pipeline) => Object.assign(pipeline, { pool: { vmImage: 'ubuntu-latest' } }),
  };
  it.for(Object.entries(plants))('is refused with %s', ([, plant]) => {
    const pipeline = structuredClone(expandedPipeline());
    plant(pipeline);
    expect(problemsOf(pipeline)).not.toEqual([]);
  });

  it('cannot be put together when a template lacks a parameter', () => {
    const read = (file: string) =>
      readRepository(file).replace('              pool: $' + '{{ environment.pool }}\n', '');
    expect(() => expandedPipeline({}, read)).toThrow("lacks 'pool'");
  });
});

describe('a pull request', () => {
  const text = readRepository('azure-pipelines/pull-request.yml');

  it('is checked before it is merged, by a pipeline that signs in nowhere', () => {
    const { pr, stages, variables } = parse(text) as Record<string, unknown>;
    expect(pr).toEqual({ branches: { include: ['main'] } });
    expect(stages).toEqual([{ template: 'validate.yml' }]);
    expect(variables).toEqual(expandedPipeline()['variables']);
    expect(readRepository('azure-pipelines/validate.yml')).not.toMatch(/azureSubscription|AzureCLI@|environment:/);
  });
});

/** Runs a script of the pipeline as an agent does, against a service that gives one answer. */
async function runCheck(script: string, answer: string): Promise<number | null> {
  const server = createServer((_request, response) => response.end(answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const folder = mkdtempSync(path.join(tmpdir(), 'rollback-'));
  const text = script
    .replaceAll('$(System.CollectionUri)', `http://127.0.0.1:${port}/`)
    .replaceAll('$(System.TeamProjectId)', 'project')
    .replaceAll('$(System.DefinitionId)', '12');
  const child = spawn('bash', ['-c', text], { cwd: folder, env: { ...process.env, JOB_TOKEN: 'token' } });
  const [code] = (await once(child, 'close')) as [number | null];
  server.close();
  rmSync(folder, { recursive: true });
  return code;
}

describe('rolling back', () => {
  const pipeline = expandedPipeline({ rollBackTo: 4711 });

  it('builds nothing, and begins with the first environment', () => {
    expect(stagesOf(pipeline).map((each) => each.stage)).not.toContain('Validate');
    expect(stage(pipeline, 'Plan_dev').dependsOn).toEqual([]);
    expect(stage(pipeline, 'Plan_prod').dependsOn).toBe('Deploy_test');
  });

  it('takes no artifact of a branch, and none of another pipeline', async () => {
    const jobs = stagesOf(pipeline).flatMap((each) => each.jobs);
    for (const each of jobs) {
      const steps = stepsOf(each);
      const download = steps.findIndex(({ task }) => task === 'DownloadPipelineArtifact@2');
      expect(steps[download - 1]?.bash).toBe(stepsOf(jobs[0] as Job).find(({ bash }) => bash?.includes('curl'))?.bash);
    }
    const script = stepsOf(jobs[0] as Job).find(({ bash }) => bash?.includes('curl'))?.bash ?? '';
    const answer = (branch: string, definition: number) =>
      `{"id":4711,"definition":{"drafts":[],"id":${definition},"name":"lake"},"sourceBranch":"refs/heads/${branch}"}`;
    expect(await runCheck(script, answer('main', 12))).toBe(0);
    expect(await runCheck(script, answer('wild', 12))).not.toBe(0);
    expect(await runCheck(script, answer('main', 13))).not.toBe(0);
  });

  it('begins where it burns, if that is said', () => {
    const prod = expandedPipeline({ rollBackTo: 4711, rollBackOnly: 'prod' });
    expect(stagesOf(prod).map((each) => each.stage)).toEqual(['Plan_prod', 'Deploy_prod']);
    expect(stage(prod, 'Plan_prod').dependsOn).toEqual([]);
  });

  it('is no way around test for a new release', () => {
    expect(problemsOf(expandedPipeline({ rollBackOnly: 'prod' }))).toEqual([]);
  });

  it('takes the artifact of the run that is named, everywhere, and tells every step', () => {
    for (const { jobs, stage: name } of stagesOf(pipeline)) {
      for (const each of jobs) {
        const taken = stepsOf(each).find(({ task }) => task === 'DownloadPipelineArtifact@2');
        expect(taken?.inputs).toMatchObject({ source: 'specific', runId: 4711, pipeline: '$(System.DefinitionId)' });
        const calls = stepsOf(each).flatMap(({ inputs }) => String(inputs?.['inlineScript'] ?? '--roll-back'));
        if (name.startsWith('Deploy')) expect(calls.every((call) => call.endsWith('--roll-back'))).toBe(true);
      }
    }
  });
});

it.for(['azure-pipelines/build.sh', 'azure-pipelines/install-databricks.sh'])(
  '%s is a script that a shell can read',
  (file) => {
    expect(() => execFileSync('bash', ['-n', path.join(root, file)], { stdio: 'pipe' })).not.toThrow();
  },
);
