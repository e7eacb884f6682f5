import type { Execution, SavedPlan } from '../../medallion/reprocessing/plan.ts';
import { isRejected } from '../../operations/rejected.ts';
import { type Decision, executePlan } from '../../operations/reprocessing/execute-plan.ts';
import { type Problem, toProblem } from './problem.ts';
import type { RequestContext } from './route.ts';

/** Queues a plan and wakes the pipeline, which takes it up between two batches. */
export async function executeNow(
  { engine, now, ports }: RequestContext,
  plan: SavedPlan,
  decision: Decision,
): Promise<Execution | Problem> {
  const execution = await executePlan(ports, plan, decision, now());
  if (isRejected(execution)) return toProblem(execution);
  await engine.wake();
  return execution;
}
