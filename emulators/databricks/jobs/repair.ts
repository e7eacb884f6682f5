import type * as z from 'zod';
import type { JobDefinition } from './definition.ts';
import { createInvalidParameterError, DatabricksApiError, type RepairRun } from './request.ts';
import type { Attempt, Run } from './run.ts';

/** Which tasks a repair runs again; refused when the run is not at an end or the caller's view of it is old. */
export function chooseTasks(run: Run, attempts: Attempt[], request: z.output<typeof RepairRun>): Set<string> {
  if (run.state !== 'TERMINATED') {
    throw new DatabricksApiError(
      400,
      'INVALID_STATE',
      `Run ${run.id} is still active. Cancel it or wait before it is repaired.`,
    );
  }
  const latest = run.repairs.at(-1)?.id;
  if (latest !== undefined && request.latest_repair_id !== latest) {
    throw createInvalidParameterError(
      `latest_repair_id: Run ${run.id} was repaired by ${latest}. Give that id to repair it again.`,
    );
  }
  const keys = new Set(request.rerun_all_failed_tasks ? listFailed(run.definition, attempts) : request.rerun_tasks);
  const unknown = [...keys].filter((key) => !run.definition.tasks.some((task) => task.key === key));
  if (unknown.length > 0)
    throw createInvalidParameterError(`rerun_tasks: the job has no task '${unknown.join("', '")}'.`);
  if (keys.size === 0)
    throw createInvalidParameterError(`Run ${run.id} has no task to run again. Name tasks in 'rerun_tasks'.`);
  if (request.rerun_dependent_tasks) addDependent(run.definition, keys);
  return keys;
}

function listFailed(job: JobDefinition, attempts: Attempt[]): string[] {
  return job.tasks
    .map((task) => task.key)
    .filter((key) => {
      const code = attempts.findLast((attempt) => attempt.taskKey === key)?.code;
      return code !== 'SUCCESS' && code !== 'EXCLUDED';
    });
}

/** Tasks are not in order, so it is repeated until nothing is added. */
function addDependent(job: JobDefinition, keys: Set<string>): void {
  for (let before = -1; before !== keys.size; ) {
    before = keys.size;
    for (const task of job.tasks) if (task.dependsOn.some((key) => keys.has(key))) keys.add(task.key);
  }
}
