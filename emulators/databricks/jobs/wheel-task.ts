import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Engine } from '../engine/engine.ts';
import { EngineLostError, EngineUnavailableError } from '../engine/engine.ts';
import type { Volume } from './bundle-volumes.ts';
import type { JobDefinition, TaskDefinition } from './definition.ts';
import { resolveReferences } from './references.ts';
import type { Attempt, Run, Termination } from './run.ts';
import type { RunStore } from './run-store.ts';

export type WheelTaskContext = {
  engine: Engine;
  store: RunStore;
  home: string;
  wheel: string;
  /** Only the strict mode looks whether a job can reach its wheel. */
  strict: boolean;
  groups: Record<string, string[]>;
  volumes: readonly Volume[];
};

// A first start or a restart of Spark on a busy machine; a run that waits longer has no driver.
const patienceSeconds = 120;
const cancelIntervalMilliseconds = 300;

export function getLogFile(home: string, attemptId: number): string {
  return join(home, 'logs', `${attemptId}.log`);
}

/** Runs one wheel task in the warm Spark process and says how it ended. */
export async function executeWheelTask(
  context: WheelTaskContext,
  attempt: Attempt,
  task: TaskDefinition,
  stop: AbortSignal,
): Promise<Termination> {
  const run = context.store.findRun(attempt.runId);
  if (run === undefined)
    throw new Error(`Run '${attempt.runId}' is not in the run store. Its file was changed from outside.`);
  const error = context.strict ? findWheelProblem(run.definition, context) : undefined;
  if (error !== undefined)
    return { code: 'RUN_EXECUTION_ERROR', message: 'Workload failed, see run output for details', error };
  const ended = new AbortController();
  void cancelWhenStopped(context.engine, attempt, stop, ended.signal);
  try {
    const body = {
      task: String(attempt.id),
      name: `${run.definition.name} / ${task.key}`,
      package: task.packageName,
      entry: task.entryPoint,
      isOnCluster: task.isOnCluster,
      arguments: createArguments(run, task, attempt),
      wheel: context.wheel,
      log: getLogFile(context.home, attempt.id),
      principal: run.definition.runAs ?? run.principal,
      volumes: context.volumes,
    };
    return toTermination((await context.engine.call('/task', body, { seconds: patienceSeconds })).head);
  } catch (error) {
    if (!(error instanceof EngineLostError || error instanceof EngineUnavailableError)) throw error;
    return { code: 'DRIVER_ERROR', message: `The driver of task '${task.key}' was lost. ${error.message}` };
  } finally {
    ended.abort();
  }
}

/** A deployment takes older wheels away, also from a run that is queued; and whom a job runs as has to have a right on it. */
function findWheelProblem({ readers, runAs, wheel }: JobDefinition, context: WheelTaskContext): string | undefined {
  const current = basename(context.wheel);
  if (wheel !== current)
    return `Library installation failed: the wheel '${wheel}' does not exist. The last deployment brought '${current}'.`;
  if (runAs === undefined) return undefined;
  if ([runAs, ...(context.groups[runAs] ?? [])].some((name) => readers.includes(name))) return undefined;
  return `Library installation failed: '${runAs}' may not read the wheel '${wheel}'. Name it, or a group of it, under 'permissions' of the bundle.`;
}

function toTermination(head: Record<string, unknown> & { error?: unknown }): Termination {
  if (typeof head.error === 'object') return { code: 'DRIVER_ERROR', message: JSON.stringify(head.error) };
  const trace = typeof head['trace'] === 'string' ? { trace: head['trace'] } : {};
  if (head['ended'] === 'succeeded') return { code: 'SUCCESS', message: '' };
  if (head['ended'] === 'canceled') return { code: 'USER_CANCELED', message: 'Run canceled.', ...trace };
  const message = 'Workload failed, see run output for details';
  return { code: 'RUN_EXECUTION_ERROR', message, error: String(head.error), ...trace };
}

/** Repeated until the task has ended: the first cancel can overtake the task's own start. */
async function cancelWhenStopped(
  engine: Engine,
  attempt: Attempt,
  stop: AbortSignal,
  ended: AbortSignal,
): Promise<void> {
  await new Promise<void>((resolve) => {
    if (stop.aborted || ended.aborted) resolve();
    stop.addEventListener('abort', () => resolve(), { once: true });
    ended.addEventListener('abort', () => resolve(), { once: true });
  });
  while (!ended.aborted) {
    // A driver that is lost meanwhile ends the attempt by itself.
    await engine.callIfAlive('/task/cancel', { task: String(attempt.id) }).catch(() => undefined);
    await wait(cancelIntervalMilliseconds, undefined, { signal: ended }).catch(() => undefined);
  }
}

/** Named parameters arrive as `--name=value`, and the job's own parameters are handed down beside them. */
function createArguments(run: Run, task: TaskDefinition, attempt: Attempt): string[] {
  const references: Record<string, string> = {
    'job.id': String(run.jobId),
    'job.name': run.definition.name,
    'job.run_id': String(run.id),
    'job.repair_count': String(run.repairs.length),
    'job.start_time.iso_datetime': new Date(run.startedAt ?? run.createdAt).toISOString(),
    'task.name': task.key,
    'task.run_id': String(attempt.id),
    'task.execution_count': String(attempt.number + 1),
  };
  for (const [name, value] of Object.entries(run.parameters)) references[`job.parameters.${name}`] = value;
  if ('ordered' in task.arguments) return task.arguments.ordered.map((text) => resolveReferences(text, references));
  const pairs = Object.entries(task.arguments.named).map(([name, text]) => [name, resolveReferences(text, references)]);
  const values = { ...Object.fromEntries(pairs), ...run.parameters };
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}
