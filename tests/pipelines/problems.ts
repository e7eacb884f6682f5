import { steps as deploymentSteps } from '../../cli/deployment/steps/index.ts';
import { expandedPipeline, readRepository } from './expand.ts';
import { unresolvedPaths } from './references.ts';

interface Step {
  task?: string;
  bash?: string;
  checkout?: string;
  download?: string;
  publish?: string;
  artifact?: string;
  inputs?: Record<string, string | boolean>;
  timeoutInMinutes?: number;
}

export interface Job {
  job?: string;
  deployment?: string;
  dependsOn?: string;
  environment?: string;
  timeoutInMinutes?: number;
  steps?: Step[];
  strategy?: { runOnce: { deploy: { steps: Step[] } } };
}

export interface Stage {
  stage: string;
  dependsOn?: string | string[];
  condition?: string;
  pool?: string;
  jobs: Job[];
}

export const stagesOf = (pipeline: object) => (pipeline as { stages: Stage[] }).stages;
export const stepsOf = ({ steps, strategy }: Job): Step[] => steps ?? strategy?.runOnce.deploy.steps ?? [];
const scriptsOf = (job: Job) =>
  stepsOf(job).flatMap((step) =>
    [step.bash, step.inputs?.['inlineScript'], step.inputs?.['package']].filter((each) => typeof each === 'string'),
  );

const environmentNames = ['dev', 'test', 'prod'];

const dependsOn = ({ dependsOn: names = [] }: Stage) => [names].flat();

/** Everything in the pipeline that refers to nothing, happens out of turn, or knows a secret. */
export function problemsOf(pipeline: object = expandedPipeline()): string[] {
  const stages = stagesOf(pipeline);
  return [
    ...orderOf(stages),
    ...stages.flatMap((stage) => [
      ...problemsOfStage(stage),
      ...stage.jobs.flatMap((job) => problemsOfJob(stage, job)),
    ]),
    ...problemsOfArtifacts(stages),
    ...problemsOfVariables(pipeline),
  ];
}

/** Each stage comes after all that it builds on, environment after environment. */
function orderOf(stages: Stage[]): string[] {
  const wanted = ['Validate', ...environmentNames.flatMap((name) => [`Plan_${name}`, `Deploy_${name}`])];
  return [
    ...(stages.map(({ stage }) => stage).join() === wanted.join() ? [] : ['the stages are not in order']),
    ...stages
      .slice(1)
      .filter((stage, at) => dependsOn(stage).join() !== wanted[at])
      .map(({ stage }) => `${stage} comes too early`),
    ...stages.flatMap(({ jobs, stage }) =>
      jobs.flatMap((job, at) => {
        const before = at === 0 ? undefined : (jobs[at - 1]?.deployment ?? jobs[at - 1]?.job);
        return job.dependsOn === before
          ? []
          : [`${stage}: '${job.deployment ?? job.job}' does not wait for '${before}'`];
      }),
    ),
  ];
}

/** Steps that only a person takes: their rights are no pipeline's. */
const stepsOfPeople = ['foundation', 'directory', 'delivery', 'account'];

function problemsOfStage({ condition, jobs, pool, stage }: Stage): string[] {
  const [kind, name] = stage.split('_');
  const branch = "and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))";
  return [
    ...(['test', 'prod'].includes(name ?? '') && condition !== branch ? [`${stage} takes any branch`] : []),
    ...(name === 'dev' && condition !== undefined ? [`${stage} has a condition`] : []),
    ...(name === 'prod' && kind === 'Deploy' && pool === undefined ? [`${stage} runs outside the network`] : []),
    ...(kind === 'Deploy' ? problemsOfSteps(stage, name ?? '', jobs) : []),
    // A plan that waited for the approval could not be looked at before it.
    ...(kind !== 'Deploy' && jobs.some((job) => job.deployment ?? job.environment)
      ? [`${stage} asks for an approval`]
      : []),
  ];
}

/** Every step of a deployment that is not a person's, in its order, each with a sign-in of its own. */
function problemsOfSteps(stage: string, name: string, jobs: Job[]): string[] {
  const wanted = deploymentSteps.map((step) => step.name).filter((step) => !stepsOfPeople.includes(step));
  const calls = jobs
    .flatMap(stepsOf)
    .filter(({ task }) => task === 'AzureCLI@2')
    .map(({ inputs }) => String(inputs?.['inlineScript']).replace(/ --roll-back$/, ''));
  const expected = wanted.map((step) => `node cli/deployment/main.ts --env ${name} --only ${step}`);
  return calls.join('\n') === expected.join('\n') ? [] : [`${stage} does not take the steps of a deployment in order`];
}

function problemsOfJob({ stage }: Stage, job: Job): string[] {
  const [, name] = stage.split('_');
  const text = scriptsOf(job).join('\n');
  const connections = stepsOf(job).flatMap(({ inputs = {} }) =>
    [inputs['azureSubscription'], inputs['connectedServiceNameARM']].filter((each) => each !== undefined),
  );
  const others = environmentNames.filter(
    (other) => other !== name && new RegExp(`medallion-${other}\\b|\\b${other}\\.json|--env ${other}\\b`).test(text),
  );
  const told = [
    ...((job.timeoutInMinutes ?? 0) > 0 ? [] : ['has no end']),
    ...connections
      .filter((each) => each !== (job.environment ? `medallion-${name}` : `medallion-${name}-plan`))
      .map((each) => `signs in as '${each}'`),
    // A token of a pipeline cannot be renewed after an hour.
    ...stepsOf(job)
      .filter(({ inputs, timeoutInMinutes = 60 }) => inputs?.['azureSubscription'] && timeoutInMinutes > 55)
      .map(() => 'stays signed in for too long'),
    ...stepsOf(job)
      .filter(({ inputs }) => /[;&|\n]/.test(String(inputs?.['inlineScript'] ?? '').trim()))
      .map(() => 'decides something by itself'),
    ...(job.deployment && job.environment !== `medallion-${name}` ? [`deploys to '${job.environment}'`] : []),
    ...others.map((other) => `speaks of '${other}'`),
    ...(/System\.AccessToken|password|client_?secret|AccountKey|\bdapi|DATABRICKS_TOKEN/i.test(JSON.stringify(job))
      ? ['knows a secret']
      : []),
    ...(name && stepsOf(job).some((step) => isBuilding(step)) ? ['builds something of its own'] : []),
    ...unresolvedPaths(text, Boolean(name)),
  ];
  return told.map((each) => `${stage}: '${job.deployment ?? job.job}' ${each}`);
}

/** Whatever is no installation of a tool. */
const isBuilding = ({ bash, checkout }: Step) =>
  (bash !== undefined && !bash.startsWith('bash azure-pipelines/install-databricks.sh')) ||
  (checkout !== undefined && checkout !== 'none');

/** Built and published once, and taken by every stage that comes after. */
function problemsOfArtifacts(stages: Stage[]): string[] {
  const published = stages.flatMap(({ jobs, stage }) =>
    jobs.flatMap((job) =>
      stepsOf(job)
        .filter(({ publish }) => publish)
        .map(({ artifact }) => `${stage}/${artifact}`),
    ),
  );
  const idle = stages
    .slice(1)
    .flatMap(({ jobs, stage }) =>
      jobs
        .filter(
          (job) =>
            !stepsOf(job).some(
              ({ inputs, task }) => task === 'DownloadPipelineArtifact@2' && inputs?.['artifact'] === 'release',
            ),
        )
        .map((job) => `${stage}: '${job.deployment ?? job.job}' takes no artifact`),
    );
  return [...(published.join() === 'Validate/release' ? [] : [`published: '${published}'`]), ...idle];
}

function problemsOfVariables(pipeline: object): string[] {
  const { pool, variables } = pipeline as { variables: Record<string, string>; pool: { vmImage: string } };
  const used = [...JSON.stringify(stagesOf(pipeline)).matchAll(/\$\(([\w.]+)\)/g)].map(([, name = '']) => name);
  const tasks = stagesOf(pipeline).flatMap(({ jobs }) =>
    jobs.flatMap((job) => stepsOf(job).flatMap(({ task }) => task ?? [])),
  );
  const checksum = /^databricks_sha256=([0-9a-f]{64})$/m.test(readRepository('azure-pipelines/install-databricks.sh'));
  return [
    ...used
      .filter((name) => !(name in variables) && !/^(Build|Pipeline|System|Agent)\./.test(name))
      .map((name) => `'${name}' is not a variable`),
    ...Object.entries(variables)
      .filter(([, value]) => !/^v?\d+\.\d+/.test(value))
      .map(([name]) => `'${name}' is not pinned`),
    ...tasks.filter((task) => !/^\w+@\d+$/.test(task)).map((task) => `task '${task}' is not pinned`),
    ...(/-\d/.test(pool.vmImage) ? [] : ['the image is not pinned']),
    ...(checksum ? [] : ['what is downloaded is not checked']),
  ];
}
