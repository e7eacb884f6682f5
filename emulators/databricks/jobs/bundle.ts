import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse } from 'yaml';
import type * as z from 'zod';
import { BundleFile, JobSettings } from './bundle-schema.ts';
import type { JobDefinition, TaskDefinition } from './definition.ts';
import { resolveVariables } from './references.ts';

export type BundleChoice = { bundle: string; target: string; variables: Record<string, string> };

/** Reads the jobs of an asset bundle for one target, as a deployment would leave them in the workspace. */
export function readJobs(choice: BundleChoice): JobDefinition[] {
  const root = read(choice.bundle);
  const folder = dirname(choice.bundle);
  const included = root.include.flatMap((pattern) => globSync(pattern, { cwd: folder }).sort());
  const files = [root, ...included.map((path) => read(join(folder, path)))];
  const targets = files.map((file) => file.targets[choice.target]).filter((target) => target != null);
  if (targets.length === 0) {
    throw new Error(`Bundle '${choice.bundle}' has no target '${choice.target}'. Declare it under 'targets'.`);
  }
  const jobs: Record<string, unknown> = {};
  for (const part of [...files, ...targets]) {
    for (const [key, job] of Object.entries(part.resources?.jobs ?? {})) jobs[key] = merged(jobs[key], job);
  }
  const known: Record<string, unknown> = {
    'bundle.name': root.bundle?.name ?? 'bundle',
    'bundle.target': choice.target,
    'bundle.environment': choice.target,
  };
  for (const file of files) {
    for (const [name, variable] of Object.entries(file.variables)) known[`var.${name}`] = variable.default;
  }
  for (const target of targets) {
    for (const [name, value] of Object.entries(target.variables)) known[`var.${name}`] = defaultOf(value);
  }
  for (const [name, value] of Object.entries(choice.variables)) known[`var.${name}`] = value;
  return Object.entries(jobs).map(([key, job]) => define(key, resolveVariables(job, known, `resources.jobs.${key}`)));
}

/** Stable across restarts and homes, and small enough for clients that read numbers as doubles. */
export function jobIdOf(name: string): number {
  return 100_000_000_000_000 + (createHash('sha256').update(name).digest().readUIntBE(0, 6) % 800_000_000_000_000);
}

function read(path: string): BundleFile {
  return accept(BundleFile, parse(readFileSync(path, 'utf8')) ?? {}, `Bundle file '${relative('', path)}'`);
}

function accept<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const problems = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`${what} cannot be used. ${problems.join('; ')}.`);
}

function define(key: string, raw: unknown): JobDefinition {
  const job = accept(JobSettings, raw, `Job '${key}'`);
  const tasks = job.tasks.map(defineTask);
  refuseBrokenOrder(job.name, tasks);
  return {
    id: jobIdOf(job.name),
    name: job.name,
    parameters: job.parameters,
    maxConcurrentRuns: job.max_concurrent_runs,
    isQueued: job.queue?.enabled ?? false,
    timeoutSeconds: job.timeout_seconds,
    tasks,
    settings: raw as Record<string, unknown>,
  };
}

function defineTask(task: JobSettings['tasks'][number]): TaskDefinition {
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
    packageName: package_name,
    entryPoint: entry_point,
    arguments: named === undefined ? { ordered: ordered ?? [] } : { named },
  };
}

function refuseBrokenOrder(job: string, tasks: TaskDefinition[]): void {
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

function defaultOf(value: unknown): unknown {
  return isMap(value) && 'default' in value ? value['default'] : value;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A target adds to a job: maps are joined, tasks by their key, other lists and values are replaced. */
function merged(under: unknown, over: unknown): unknown {
  if (!isMap(under) || !isMap(over)) return over;
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = result[key];
    result[key] = key === 'tasks' && Array.isArray(before) ? mergedTasks(before, value) : merged(before, value);
  }
  return result;
}

function mergedTasks(under: unknown[], over: unknown): unknown[] {
  const byKey = new Map<unknown, unknown>();
  for (const task of [...under, ...(Array.isArray(over) ? over : [])]) {
    const key = isMap(task) ? task['task_key'] : task;
    byKey.set(key, merged(byKey.get(key), task));
  }
  return [...byKey.values()];
}
