import type { Ports } from '../../medallion/ports/index.ts';
import type { Execution, Plan, SavedPlan } from '../../medallion/reprocessing/plan.ts';
import { getModes } from '../get-modes.ts';
import type { Rejected } from '../rejected.ts';
import { findChangedInputs } from './find-changed-inputs.ts';

export type ExecutePorts = Pick<Ports, 'definitions' | 'files' | 'lake' | 'modes' | 'plans' | 'runs' | 'streams'>;

/** So many sentences are enough to see what is wrong. */
const maxChangedInputs = 50;

export interface Decision {
  readonly actor: string;
  readonly reason: string;
}

/** Queues a saved plan for the pipeline, once. A second call answers with the execution that there is. */
export async function executePlan(
  ports: ExecutePorts,
  { hash, plan }: SavedPlan,
  { actor, reason }: Decision,
  now: Date,
): Promise<Execution | Rejected> {
  const execution = await ports.plans.getExecution(plan.plan);
  if (execution) return execution;
  if (now.toISOString() > plan.expiresAt) {
    const expired = `Plan '${plan.plan}' expired at ${plan.expiresAt}. Create a new plan.`;
    return { kind: 'rejected', code: 'plan_expired', reason: expired };
  }
  const streaming = await findStreaming(ports);
  if (streaming !== undefined) return { kind: 'rejected', code: 'conflict', reason: streaming };
  const changedInputs = await findChangedInputs(ports, plan);
  if (changedInputs.length > 0) return rejectOutdated(plan, changedInputs);
  const at = now.toISOString();
  return ports.plans.queue({ plan: plan.plan, planHash: hash, state: 'queued', actor, reason, at });
}

/** Why no plan can run now: a stream would count the plan as done before anything was computed. */
export async function findStreaming(ports: Pick<Ports, 'modes' | 'streams'>): Promise<string | undefined> {
  const streaming = Object.entries(await getModes(ports)).filter(([, mode]) => mode === 'continuous');
  if (streaming.length === 0) return undefined;
  const names = streaming.map(([layer]) => `'${layer}'`).join(', ');
  return `A plan needs runs of its own, and these layers stream: ${names}. Switch them to triggered, execute, and switch back.`;
}

function rejectOutdated({ plan }: Plan, changedInputs: readonly string[]): Rejected {
  const count = changedInputs.length === 1 ? '1 input' : `${changedInputs.length} inputs`;
  return {
    kind: 'rejected',
    code: 'plan_outdated',
    reason: `Plan '${plan}' is out of date: ${count} changed. Create a new plan.`,
    changedInputs: changedInputs.slice(0, maxChangedInputs),
  };
}
