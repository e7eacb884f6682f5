import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { steps as deploymentSteps } from '../../cli/deployment/steps/index.ts';
import { expandedPipeline, readRepository } from './expand.ts';

interface Step {
  uses?: string;
  if?: string;
  env?: Record<string, string>;
  run?: string;
  'timeout-minutes'?: number;
}
interface Job {
  needs?: string;
  if?: string;
  uses?: string;
  with?: Record<string, string>;
  environment?: string;
  concurrency?: { group: string };
  'timeout-minutes'?: number;
  steps?: Step[];
}
interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const read = (name: string) => parse(readRepository(`.github/workflows/${name}.yml`)) as Workflow;
const names = ['validate', 'environment', 'deploy'];
const stepsOfPeople = ['foundation', 'directory', 'delivery', 'account'];

/** Everything in the workflows that signs in without checks, happens out of turn, or knows a secret. */
function findProblems(workflows: Record<string, Workflow>): string[] {
  const { deploy, environment, validate } = workflows;
  if (!deploy || !environment || !validate) return ['a workflow is missing'];
  const wanted = deploymentSteps.map(({ name }) => name).filter((name) => !stepsOfPeople.includes(name));
  const calls = (environment.jobs['deploy']?.steps ?? []).flatMap(
    ({ run }) => /--only ([\w-]+)/.exec(run ?? '')?.[1] ?? [],
  );
  const upload = validate.jobs['check']?.steps?.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
  const order = ['dev', 'test', 'prod'].map((name, at) => [name, ['validate', 'dev', 'test'][at]]);
  return [
    ...(JSON.stringify(workflows).match(/secrets\.|inherit|password|AZURE_CREDENTIALS/gi) ?? []),
    ...('id-token' in validate.permissions ? ['a pull request can sign in'] : []),
    ...(upload?.if === "github.event_name == 'push'" ? [] : ['what a pull request has built could be deployed']),
    ...(calls.join() === wanted.join() ? [] : ['the steps are not in order']),
    ...(deploy.permissions['id-token'] === 'write' ? [] : ['nobody can sign in']),
    ...order
      .filter(([name = '', before]) => deploy.jobs[name]?.needs !== before)
      .map(([name]) => `${name} comes too early`),
    ...order
      .filter(([name = '']) => !deploy.jobs[name]?.if?.includes('!failure()'))
      .map(([name]) => `${name} after a failure`),
    ...order.flatMap(([name = '']) =>
      ['', 'all', 'dev', 'test', 'prod']
        .filter((only) => isTaken(deploy.jobs[name], only) !== ['', 'all', name].includes(only))
        .map((only) => `a rollback of '${only}' takes ${name} wrongly`),
    ),
    ...Object.entries(environment.jobs).flatMap(([name, job]) => findJobProblems(name, job)),
    ...(environment.jobs['deploy']?.needs === 'plan' ? [] : ['nobody sees a plan']),
    ...(environment.jobs['deploy']?.concurrency ? [] : ['two deployments at once']),
  ];
}

/** The first step asks which branch of which repository, and which workflow, has built the artifact that the next takes. */
function isArtifactChecked([check, download]: readonly Step[]): boolean {
  const fields = '"\\(.head_repository.full_name) \\(.head_branch) \\(.path | split("@") | first)"';
  return (
    check?.env?.['RUN_FIELDS'] === fields &&
    check.run?.endsWith('= "$GITHUB_REPOSITORY main .github/workflows/deploy.yml"') === true &&
    download?.uses?.startsWith('actions/download-artifact@') === true
  );
}

/** Whether a job is one of those that somebody has chosen. A release chooses none, and takes all. */
function isTaken(job: Job | undefined, only: string): boolean {
  const list = /&& contains\(fromJSON\('(.+)'\), inputs\.rollBackOnly \|\| ''\) \}\}$/.exec(job?.if ?? '')?.[1] ?? '[]';
  return (JSON.parse(list) as string[]).includes(only);
}

function findJobProblems(name: string, { environment, steps = [], ...job }: Job): string[] {
  const suffix = name === 'plan' ? '-plan' : '';
  const runs = steps.filter(({ run }) => run?.startsWith('node '));
  return [
    ...(environment === `medallion-$\{{ inputs.name }}${suffix}` ? [] : [`${name} signs in outside its environment`]),
    ...(job['timeout-minutes'] ? [] : [`${name} has no end`]),
    ...(isArtifactChecked(steps) ? [] : [`${name} takes what a branch has built`]),
    ...steps.flatMap(({ uses }) => (uses && !/@v\d+$/.test(uses) ? [`'${uses}' is not pinned`] : [])),
    ...runs
      .filter((step) => !steps[steps.indexOf(step) - 1]?.uses?.startsWith('azure/login@'))
      .map(() => `${name} stays signed in`),
    ...runs.filter(({ run }) => /[;&|]/.test(run ?? '')).map(() => `${name} decides something by itself`),
  ];
}

const load = () => Object.fromEntries(names.map((name) => [name, read(name)])) as Record<string, Workflow>;

describe('the workflows of GitHub', () => {
  it('take the same steps as people and Azure DevOps, under the checks of an environment, without a secret', () => {
    expect(findProblems(load())).toEqual([]);
  });

  const getDeploy = (workflows: Record<string, Workflow>) => workflows['environment']?.jobs['deploy'] as Job;
  const plants: Record<string, (workflows: Record<string, Workflow>) => void> = {
    'prod before test': (workflows) => Object.assign(workflows['deploy']?.jobs['prod'] ?? {}, { needs: 'dev' }),
    'prod after a failure': (workflows) => Object.assign(workflows['deploy']?.jobs['prod'] ?? {}, { if: 'always()' }),
    'a rollback of prod through dev and test': (workflows) =>
      Object.assign(workflows['deploy']?.jobs['test'] ?? {}, { if: '$' + '{{ !failure() && !cancelled() }}' }),
    'a deployment nobody approves': (workflows) => delete getDeploy(workflows).environment,
    'two deployments at once': (workflows) => delete getDeploy(workflows).concurrency,
    'a step that is left out': (workflows) => getDeploy(workflows).steps?.pop(),
    'a sign-in that does not last': (workflows) => getDeploy(workflows).steps?.splice(4, 1),
    'an artifact of a branch': (workflows) => getDeploy(workflows).steps?.shift(),
    'an artifact of a pull request': (workflows) =>
      workflows['validate']?.jobs['check']?.steps?.map((step) => delete step.if),
    'a plan that signs in as the deployment': (workflows) =>
      Object.assign(workflows['environment']?.jobs['plan'] ?? {}, { environment: 'medallion-$' + '{{ inputs.name }}' }),
    'an action that floats': (workflows) => getDeploy(workflows).steps?.push({ uses: 'azure/login@main' }),
    'a pull request that can sign in': (workflows) =>
      Object.assign(workflows['validate']?.permissions ?? {}, { 'id-token': 'write' }),
    'a secret': (workflows) => getDeploy(workflows).steps?.push({ run: 'echo $' + '{{ secrets.KEY }}' }),
  };
  it.for(Object.entries(plants))('are refused with %s', ([, plant]) => {
    const workflows = structuredClone(load());
    plant(workflows);
    expect(findProblems(workflows)).not.toEqual([]);
  });

  it('use the same versions as Azure DevOps', () => {
    const { bicepVersion, nodeVersion, pythonVersion } = expandedPipeline()['variables'] as Record<string, string>;
    const text = names.map((name) => readRepository(`.github/workflows/${name}.yml`)).join('\n');
    expect(new Set([...text.matchAll(/node-version: (\S+)/g)].map(([, version]) => version))).toEqual(
      new Set([nodeVersion]),
    );
    expect(text).toContain(`python-version: "${pythonVersion}"`);
    expect(text).toContain(`az bicep install --version ${bicepVersion}`);
  });
});
