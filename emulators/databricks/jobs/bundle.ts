import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { BundleFile, JobSettings, Principal } from './bundle-schema.ts';
import type { JobDefinition, TaskDefinition } from './definition.ts';
import { resolveVariables } from './references.ts';

export type BundleSelection = { bundle: string; target: string; variables: Record<string, string>; wheel?: string };

/** The files of a bundle, what one target changes about them, and the values of its variables. */
type Bundle = {
  files: BundleFile[];
  targets: NonNullable<BundleFile['targets'][string]>[];
  values: Record<string, unknown>;
};

/** Reads the jobs of an asset bundle for one target, as a deployment would leave them in the workspace. */
export function readJobs(selection: BundleSelection): JobDefinition[] {
  const { files, targets, values } = readBundle(selection);
  const jobs: Record<string, unknown> = {};
  for (const part of [...files, ...targets]) {
    for (const [key, job] of Object.entries(part.resources?.jobs ?? {})) jobs[key] = merge(jobs[key], job);
  }
  const deployment = readDeployment([...files, ...targets], values);
  const wheel = selection.wheel === undefined ? undefined : basename(selection.wheel);
  return Object.entries(jobs).map(([key, job]) => ({
    ...toJob(key, resolveVariables(job, values, `resources.jobs.${key}`), deployment.runAs),
    readers: deployment.readers,
    wheel,
  }));
}

export function readBundle(selection: BundleSelection): Bundle {
  const root = readBundleFile(selection.bundle);
  const folder = dirname(selection.bundle);
  const included = root.include.flatMap((pattern) => globSync(pattern, { cwd: folder }).sort());
  const files = [root, ...included.map((path) => readBundleFile(join(folder, path)))];
  const targets = files.map((file) => file.targets[selection.target]).filter((target) => target != null);
  if (targets.length === 0) {
    throw new Error(`Bundle '${selection.bundle}' has no target '${selection.target}'. Declare it under 'targets'.`);
  }
  const values: Record<string, unknown> = {
    'bundle.name': root.bundle?.name ?? 'bundle',
    'bundle.target': selection.target,
    'bundle.environment': selection.target,
  };
  for (const file of files) {
    for (const [name, variable] of Object.entries(file.variables)) values[`var.${name}`] = variable.default;
  }
  for (const target of targets) {
    for (const [name, value] of Object.entries(target.variables)) values[`var.${name}`] = getDefault(value);
  }
  for (const [name, value] of Object.entries(selection.variables)) values[`var.${name}`] = value;
  return { files, targets, values };
}

/** Whom jobs run as that do not say it themselves, and who may read the folder of the bundle. */
function readDeployment(parts: Pick<BundleFile, 'permissions' | 'run_as'>[], values: Record<string, unknown>) {
  const permissions = resolveVariables(
    parts.flatMap((part) => part.permissions),
    values,
    'permissions',
  );
  const runAs = parts.map((part) => part.run_as).findLast((principal) => principal !== undefined);
  return {
    readers: validate(z.array(Principal), permissions, "'permissions'").map(getName),
    runAs: runAs === undefined ? undefined : validate(Principal, resolveVariables(runAs, values, 'run_as'), "'run_as'"),
  };
}

const getName = (principal: Principal): string =>
  principal.service_principal_name ?? principal.user_name ?? principal.group_name ?? '';

/** Stable across restarts and homes, and small enough for clients that read numbers as doubles. */
export function createJobId(name: string): number {
  return 100_000_000_000_000 + (createHash('sha256').update(name).digest().readUIntBE(0, 6) % 800_000_000_000_000);
}

function readBundleFile(path: string): BundleFile {
  return validate(BundleFile, parse(readFileSync(path, 'utf8')) ?? {}, `Bundle file '${relative('', path)}'`);
}

function validate<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const problems = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`${what} cannot be used. ${problems.join('; ')}.`);
}

function toJob(key: string, raw: unknown, runAs: Principal | undefined): Omit<JobDefinition, 'readers'> {
  const job = validate(JobSettings, raw, `Job '${key}'`);
  const tasks = job.tasks.map(toTask);
  checkOrder(job.name, tasks);
  const principal = job.run_as ?? runAs;
  return {
    id: createJobId(job.name),
    name: job.name,
    parameters: job.parameters,
    maxConcurrentRuns: job.max_concurrent_runs,
    isQueued: job.queue?.enabled ?? false,
    timeoutSeconds: job.timeout_seconds,
    runAs: principal === undefined ? undefined : getName(principal),
    tasks,
    settings: raw as Record<string, unknown>,
  };
}

const clusterFields = ['job_cluster_key', 'existing_cluster_id', 'new_cluster'];

function toTask(task: JobSettings['tasks'][number]): TaskDefinition {
  const { named_parameters: named, parameters: ordered, package_name, entry_point } = task.python_wheel_task;
  if (named !== undefined && ordered !== undefined) {
    throw new Error(`Task '${task.task_key}' has 'parameters' and 'named_parameters'. Keep one of them.`);
  }
  return {
    key: task.task_key,
    dependsOn: task.depends_on.map((on) => on.task_key).sort(),
    runIf: task.run_if,
    maxRetries: task.max_retries < 0 ? Number.MAX_SAFE_INTEGER : task.max_retries,
    minRetryIntervalMilliseconds: task.min_retry_interval_millis,
    retriesOnTimeout: task.retry_on_timeout,
    timeoutSeconds: task.timeout_seconds,
    isOnCluster: clusterFields.some((field) => field in task),
    packageName: package_name,
    entryPoint: entry_point,
    arguments: named === undefined ? { ordered: ordered ?? [] } : { named },
  };
}

function checkOrder(job: string, tasks: TaskDefinition[]): void {
  const placed = new Set<string>();
  let waiting = tasks;
  while (waiting.length > 0) {
    const ready = waiting.filter((task) => task.dependsOn.every((key) => placed.has(key)));
    if (ready.length === 0) {
      const keys = waiting.map((task) => `'${task.key}'`).join(', ');
      throw new Error(`Job '${job}' can never run ${keys}: 'depends_on' names a circle or an unknown task.`);
    }
    for (const task of ready) placed.add(task.key);
    waiting = waiting.filter((task) => !placed.has(task.key));
  }
}

function getDefault(value: unknown): unknown {
  return isMap(value) && 'default' in value ? value['default'] : value;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A target adds to a job: maps are joined, tasks by their key, other lists and values are replaced. */
function merge(base: unknown, change: unknown): unknown {
  if (!isMap(base) || !isMap(change)) return change;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(change)) {
    const before = result[key];
    result[key] = key === 'tasks' && Array.isArray(before) ? mergeTasks(before, value) : merge(before, value);
  }
  return result;
}

function mergeTasks(base: unknown[], change: unknown): unknown[] {
  const byKey = new Map<unknown, unknown>();
  for (const task of [...base, ...(Array.isArray(change) ? change : [])]) {
    const key = isMap(task) ? task['task_key'] : task;
    byKey.set(key, merge(byKey.get(key), task));
  }
  return [...byKey.values()];
}
