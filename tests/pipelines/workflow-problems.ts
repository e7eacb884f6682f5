import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readRepository, root } from './expand.ts';

type Things = Record<string, unknown>;

export interface WorkflowStep extends Things {
  uses?: string;
  run?: string;
  env?: Record<string, string>;
}
export interface WorkflowJob extends Things {
  needs?: string | string[];
  uses?: string;
  with?: Record<string, string>;
  steps?: WorkflowStep[];
}
export interface WorkflowFile extends Things {
  on: Record<string, { inputs?: Record<string, { required?: boolean }> } | null>;
  permissions?: Record<string, string>;
  jobs: Record<string, WorkflowJob>;
}
export type WorkflowFiles = Record<string, WorkflowFile>;

const folder = '.github/workflows';

/** By the path that another workflow calls it by. */
export const readWorkflows = (): WorkflowFiles =>
  Object.fromEntries(
    readdirSync(path.join(root, folder)).map((file) => [
      `./${folder}/${file}`,
      parse(readRepository(`${folder}/${file}`)) as WorkflowFile,
    ]),
  );

const knownScopes = ['actions', 'contents', 'id-token'];
const knownOwners = ['actions', 'azure'];

/** What GitHub says of a run, which nobody outside can choose. The rest may hold a text of whoever asks for a merge. */
const trusted = ['github.token', 'github.run_id', 'github.event_name'];

const listExpressions = (thing: unknown): string[] =>
  [...JSON.stringify(thing).matchAll(/\$\{\{(.*?)\}\}/g)].map(([, text = '']) => text.trim());

const listContexts = (text: string): string[] =>
  [...text.replaceAll(/'[^']*'/g, '').matchAll(/\b(?:github|inputs|needs|vars|secrets|env|steps)\.[\w.-]+/g)].map(
    ([context]) => context,
  );

const listInputs = ({ on }: WorkflowFile): Record<string, { required?: boolean }> =>
  Object.assign({}, ...Object.values(on).map((trigger) => trigger?.inputs ?? {}));

/** What a linter of one file does not look at: rights, trust, and calls between the files. */
export function findWorkflowProblems(files: WorkflowFiles): string[] {
  return Object.entries(files).flatMap(([file, workflow]) => [
    ...findPermissionProblems(file, workflow.permissions),
    ...findExpressionProblems(file, workflow),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) =>
      job.uses === undefined
        ? findJobProblems(`${file}: ${name}`, job, workflow)
        : findCallProblems(`${file}: ${name}`, job, files),
    ),
  ]);
}

function findPermissionProblems(file: string, permissions: WorkflowFile['permissions']): string[] {
  if (typeof permissions !== 'object') return [`${file} does not say which permissions it needs`];
  return Object.entries(permissions)
    .filter(([scope, right]) => !knownScopes.includes(scope) || (right === 'write' && scope !== 'id-token'))
    .map(([scope, right]) => `${file} has the permission '${scope}: ${right}'`);
}

const findExpressionProblems = (file: string, workflow: WorkflowFile): string[] =>
  listExpressions(workflow)
    .flatMap(listContexts)
    .filter((context) => !/^(inputs|vars)\./.test(context) && !trusted.includes(context))
    .map((context) => `${file} reads '${context}'`);

function findJobProblems(place: string, job: WorkflowJob, { on }: WorkflowFile): string[] {
  const { steps = [] } = job;
  const isCalledOnly = Object.keys(on).join() === 'workflow_call';
  return [
    ...('timeout-minutes' in job ? [] : [`${place} has no 'timeout-minutes'`]),
    ...steps.flatMap((step, at) => findStepProblems(`${place}, step ${at + 1}`, step, isCalledOnly)),
  ];
}

/** A script is put together before it runs, so a value in it is a piece of program. */
function findStepProblems(place: string, step: WorkflowStep, isCalledOnly: boolean): string[] {
  const { run = '', uses } = step;
  const [owner = ''] = uses?.split('/') ?? [];
  return [
    ...(uses === undefined || (knownOwners.includes(owner) && /@v\d+$/.test(uses)) ? [] : [`${place} uses '${uses}'`]),
    ...listExpressions(run)
      .filter((text) => !isCalledOnly || !/^inputs\.\w+$/.test(text))
      .map((text) => `${place} runs '${text}'`),
  ];
}

/** What a caller hands over ends in a script: a word, or one of two words. An id is handed over, and read by `env` alone. */
const isHarmless = (value: string) =>
  /^[\w.-]+$/.test(value) || /^\$\{\{ inputs\.\w+ && '[\w-]*' \|\| '[\w-]*' \}\}$/.test(value);

function findCallProblems(place: string, job: WorkflowJob, files: WorkflowFiles): string[] {
  const called = files[job.uses ?? ''];
  if (!called) return [`${place} calls '${job.uses}', which is not there`];
  const inputs = listInputs(called);
  const values = job.with ?? {};
  const scripts = Object.values(called.jobs).flatMap(({ steps = [] }) => steps.map(({ run = '' }) => run));
  const isRun = (name: string) => scripts.some((run) => listExpressions(run).includes(`inputs.${name}`));
  return [
    ...('workflow_call' in called.on ? [] : [`${place} calls '${job.uses}', which cannot be called`]),
    ...Object.keys(values)
      .filter((name) => !(name in inputs))
      .map((name) => `${place} hands over '${name}', which is no input`),
    ...Object.entries(inputs)
      .filter(([name, { required }]) => required && !(name in values))
      .map(([name]) => `${place} does not hand over '${name}'`),
    ...Object.entries(values)
      .filter(([name, value]) => isRun(name) && !isHarmless(value))
      .map(([name]) => `${place} lets somebody write a script by '${name}'`),
  ];
}
