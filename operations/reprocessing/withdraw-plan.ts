import type { Ports } from '../../medallion/ports/index.ts';
import type { Execution, PlanId } from '../../medallion/reprocessing/plan.ts';
import type { Rejected } from '../rejected.ts';

/** Why the execution of a plan cannot be taken back; `undefined` if it can. */
export function rejectUnlessQueued(plan: PlanId, execution: Execution | undefined): Rejected | undefined {
  if (execution?.state === 'queued') return undefined;
  const reason = execution
    ? `Plan '${plan}' is ${execution.state}, and only a plan that waits can be withdrawn. Cancel its run instead.`
    : `Plan '${plan}' does not wait: nobody has executed it.`;
  return { kind: 'rejected', code: 'conflict', reason };
}

/** Takes back the execution of a plan that waits. Rejected if it was taken up meanwhile. */
export async function withdrawPlan({ plans }: Pick<Ports, 'plans'>, plan: PlanId): Promise<Execution | Rejected> {
  const withdrawn = await plans.updateExecution(plan, (execution) =>
    execution.state === 'queued' ? { ...execution, state: 'withdrawn' } : undefined,
  );
  return withdrawn ?? rejectUnlessQueued(plan, await plans.getExecution(plan)) ?? withdrawPlan({ plans }, plan);
}
