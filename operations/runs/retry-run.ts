import type { RegisteredFile } from '../../medallion/files/file.ts';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { listRetainedTables } from '../../medallion/quality/verdict.ts';
import { createStepsFrom, type Execution, toSavedPlan } from '../../medallion/reprocessing/plan.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { excludeFile } from '../intake/decide-file.ts';
import { isRejected, type Rejected } from '../rejected.ts';
import { type CreatePorts, createPlan, type PlanRequest } from '../reprocessing/create-plan.ts';
import { type Decision, type ExecutePorts, executePlan } from '../reprocessing/execute-plan.ts';
import { readmitCancelled } from './exclude-unreleased.ts';

type RetryDecision = Decision & Pick<PlanRequest, 'plan'>;

type RetryPorts = CreatePorts & ExecutePorts & Pick<Ports, 'pipelineControl'>;

const concurrency = 16;

/**
 * Tries a run again, as a plan of its files. Files that were out because somebody had cancelled the run are in again; they
 * stay out if the plan is rejected.
 */
export async function retryRun(
  ports: RetryPorts,
  run: RunRecord,
  decision: RetryDecision,
  now: Date,
): Promise<Execution | Rejected> {
  const cancellation = await ports.pipelineControl.findCancellation(run.batch);
  const readmitted = cancellation === undefined ? [] : await readmitCancelled(ports, run.batch, cancellation);
  const execution = await execute(ports, toRetryRequest(run, readmitted, decision), decision, now);
  if (isRejected(execution) && cancellation !== undefined)
    await mapConcurrently(readmitted, concurrency, (file) => excludeFile(ports, file, cancellation));
  return execution;
}

/**
 * What to compute again: everything if bronze failed or files are in again, else from the layer whose rules hold tables
 * back, so that they are judged anew, or from the one at which the run ended.
 */
function toRetryRequest(
  { batch, layers }: RunRecord,
  readmitted: readonly RegisteredFile[],
  decision: RetryDecision,
): PlanRequest {
  const holding = layers.find(({ verdict }) => verdict && listRetainedTables(verdict).length > 0) ?? layers.at(-1);
  const lowest = readmitted.length > 0 ? 'bronze' : (holding?.layer ?? 'bronze');
  return { ...decision, selection: { files: { batch } }, steps: createStepsFrom(lowest, []) };
}

async function execute(
  ports: RetryPorts,
  request: PlanRequest,
  decision: Decision,
  now: Date,
): Promise<Execution | Rejected> {
  const plan = await createPlan(ports, request, now);
  return isRejected(plan) ? plan : executePlan(ports, toSavedPlan(plan), decision, now);
}
