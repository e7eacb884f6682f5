import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
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
      Object.assign(stage(pipeline, 'Preview_prod'), { dependsOn: 'Validate' }),
    'a missing integration test': (pipeline) => stagesOf(pipeline).splice(6, 1),
    'an integration test in prod': (pipeline) =>
      Object.assign(stage(pipeline, 'Smoke_prod'), { stage: 'Integration_prod' }),
    'a missing smoke test': (pipeline) => stagesOf(pipeline).pop(),
    'jobs side by side': (pipeline) => Object.assign(job(pipeline, 'Deploy_test', 'eventing'), { dependsOn: 'infra' }),
    'code before its tables and jobs': (pipeline) => {
      const { jobs } = stage(pipeline, 'Deploy_test');
      const [app] = jobs.splice(3, 1);
      jobs.splice(1, 0, app as Job);
      for (const [at, each] of jobs.entries()) Object.assign(each, { dependsOn: jobs[at - 1]?.deployment });
    },
    'jobs before their tables': (pipeline) =>
      say(pipeline, ['Deploy_test', 'workspace'], 'tables_before_jobs', 'before_the_bundle'),
    'a deployment under runs that go on': (pipeline) =>
      say(pipeline, ['Deploy_prod', 'hold'], 'hold_operator', 'operator_answers'),
    'a wheel that is taken away from a run': (pipeline) =>
      say(pipeline, ['Deploy_prod', 'workspace'], 'no_job_runs', 'before_the_bundle'),
    'a pipeline that stays paused': (pipeline) => stage(pipeline, 'Deploy_prod').jobs.pop(),
    'prod from any branch': (pipeline) => Object.assign(stage(pipeline, 'Deploy_prod'), { condition: 'succeeded()' }),
    'prod from outside its network': (pipeline) => delete stage(pipeline, 'Deploy_prod').pool,
    'a preview behind the approval': (pipeline) =>
      Object.assign(job(pipeline, 'Preview_prod', 'preview'), { environment: 'medallion-prod' }),
    'a deployment nobody approves': (pipeline) => delete job(pipeline, 'Deploy_prod', 'infra').environment,
    'a connection of another environment': (pipeline) =>
      say(
        pipeline,
        ['Deploy_prod', 'infra'],
        '"azureSubscription":"medallion-prod"',
        '"azureSubscription":"medallion-dev"',
      ),
    'another environment in a script': (pipeline) =>
      say(pipeline, ['Deploy_prod', 'workspace'], '--target prod', '--target test'),
    'a job without an end': (pipeline) => delete job(pipeline, 'Deploy_dev', 'app').timeoutInMinutes,
    'a secret': (pipeline) =>
      say(pipeline, ['Deploy_dev', 'infra'], 'set -euo', 'echo $(System.AccessToken); set -euo'),
    'a build of its own': (pipeline) => stepsOf(job(pipeline, 'Deploy_dev', 'app')).push({ bash: 'npm run check' }),
    'a stage without the artifact': (pipeline) => stepsOf(job(pipeline, 'Deploy_dev', 'app')).splice(2, 1),
    'a template that nobody compiles': (pipeline) =>
      say(pipeline, ['Deploy_dev', 'eventing'], 'templates/eventing.json', 'templates/events.json'),
    'a program that is not there': (pipeline) =>
      say(pipeline, ['Smoke_prod', 'smoke'], 'cli/catalog/smoke.ts', 'cli/katalog/smoke.ts'),
    'a function that is not there': (pipeline) =>
      say(pipeline, ['Deploy_dev', 'workspace'], 'after_the_bundle', 'after_the_fact'),
    'a job that is not in the bundle': (pipeline) =>
      say(pipeline, ['Integration_dev', 'integration'], 'run integration', 'run integrity'),
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
    const read = (file: string) => readRepository(file).replace('          pool: $' + '{{ environment.pool }}\n', '');
    expect(() => expandedPipeline({}, read)).toThrow("lacks 'pool'");
  });
});

describe('what is asked of prod', () => {
  const text = JSON.stringify(stage(expandedPipeline(), 'Smoke_prod'));

  it('is read: nothing is landed, no job is run, and nothing is changed', () => {
    expect(text).toContain('cli/catalog/smoke.ts');
    expect(text).not.toMatch(/bundle|integration|catalog apply|curl|--request/);
  });
});

describe('rolling back', () => {
  const pipeline = expandedPipeline({ rollBackTo: '4711' });

  it('builds nothing, and begins with the first environment', () => {
    expect(stagesOf(pipeline).map((each) => each.stage)).not.toContain('Validate');
    expect(stage(pipeline, 'Preview_dev').dependsOn).toEqual([]);
    expect(stage(pipeline, 'Preview_prod').dependsOn).toBe('Integration_test');
  });

  it('takes the artifact of the run that is named, everywhere', () => {
    for (const { jobs } of stagesOf(pipeline)) {
      for (const each of jobs) {
        const taken = stepsOf(each).find(({ task }) => task === 'DownloadPipelineArtifact@2');
        expect(taken?.inputs).toMatchObject({ source: 'specific', runId: '4711', pipeline: '$(System.DefinitionId)' });
      }
    }
  });
});

it.for(['azure-pipelines/build.sh', 'azure-pipelines/operator.sh', 'databricks/workspace.sh'])(
  '%s is a script that a shell can read',
  (file) => {
    expect(() => execFileSync('bash', ['-n', path.join(root, file)], { stdio: 'pipe' })).not.toThrow();
  },
);
