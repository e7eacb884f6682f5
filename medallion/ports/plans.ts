import type { BatchId } from '../files/manifest.ts';
import type { Execution, PlanId } from '../reprocessing/plan.ts';

/** Executions of plans. A plan is executed once at most. */
export interface Plans {
  /** Queues a plan, or answers with the execution that there is. */
  queue(execution: Execution): Promise<Execution>;
  getExecution(plan: PlanId): Promise<Execution | undefined>;
  /**
   * Changes an execution as it is now. Whoever changes it at the same time is seen, and `change` is asked again. Nothing
   * happens if there is none, or if `change` answers nothing.
   */
  updateExecution(
    plan: PlanId,
    change: (execution: Execution) => Execution | undefined,
  ): Promise<Execution | undefined>;
  /** The plan that waits longest. */
  nextQueued(): Promise<PlanId | undefined>;
  /** The plan that runs as this batch. */
  findRunningPlan(batch: BatchId): Promise<PlanId | undefined>;
}
