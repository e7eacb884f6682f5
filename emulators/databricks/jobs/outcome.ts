import type { JobDefinition, TaskDefinition } from './definition.ts';
import type { Code, Termination } from './run.ts';

const failedCodes = new Set<Code>(['RUN_EXECUTION_ERROR', 'DRIVER_ERROR', 'UPSTREAM_FAILED', 'CANCELED']);
const canceledCodes = new Set<Code>(['USER_CANCELED', 'UPSTREAM_CANCELED']);

/** Decides whether a task may start after what it depends on has ended; an ending means that it may not. */
export function findTerminationWithoutStart(task: TaskDefinition, upstream: Code[]): Termination | undefined {
  if (upstream.length === 0 || task.runIf === 'ALL_DONE') return undefined;
  const failed = upstream.some((code) => failedCodes.has(code));
  const canceled = upstream.some((code) => canceledCodes.has(code));
  const succeeded = upstream.filter((code) => code === 'SUCCESS').length;
  const excluded = createTermination(
    'EXCLUDED',
    `Task '${task.key}' was excluded: its condition '${task.runIf}' was not met.`,
  );
  switch (task.runIf) {
    case 'ALL_SUCCESS':
      if (failed)
        return createTermination('UPSTREAM_FAILED', `Task '${task.key}' did not start: a task before it failed.`);
      if (canceled)
        return createTermination('UPSTREAM_CANCELED', `Task '${task.key}' did not start: one before it was canceled.`);
      return succeeded > 0 ? undefined : excluded;
    case 'NONE_FAILED':
      return failed ? excluded : undefined;
    case 'AT_LEAST_ONE_SUCCESS':
      return succeeded > 0 ? undefined : excluded;
    case 'ALL_FAILED':
      return upstream.every((code) => failedCodes.has(code)) ? undefined : excluded;
    case 'AT_LEAST_ONE_FAILED':
      return failed ? undefined : excluded;
  }
}

/** The end of a run follows from its last tasks: a failure that a later task made good is only a remark. */
export function getRunTermination(job: JobDefinition, codes: Map<string, Code>): Termination {
  const all = job.tasks.map((task) => ({ key: task.key, code: codes.get(task.key) ?? 'EXCLUDED' }));
  const lost = all.find((task) => task.code === 'DRIVER_ERROR');
  if (lost)
    return createTermination('DRIVER_ERROR', `Task ${lost.key} failed with message: the driver was lost while it ran.`);
  const needed = new Set(job.tasks.flatMap((task) => task.dependsOn));
  const last = all.filter((task) => !needed.has(task.key));
  const first = all.find((task) => task.code === 'RUN_EXECUTION_ERROR' || task.code === 'CANCELED');
  if (last.some((task) => failedCodes.has(task.code))) {
    const key = first?.key ?? last[0]?.key;
    const reason =
      first?.code === 'CANCELED' ? 'it ran longer than its limit' : 'Workload failed, see run output for details';
    return createTermination('RUN_EXECUTION_ERROR', `Task ${key} failed with message: ${reason}.`);
  }
  if (first)
    return createTermination(
      'SUCCESS_WITH_FAILURES',
      `Task ${first.key} failed, and the tasks after it made up for it.`,
    );
  return createTermination('SUCCESS', '');
}

function createTermination(code: Code, message: string): Termination {
  return { code, message };
}
