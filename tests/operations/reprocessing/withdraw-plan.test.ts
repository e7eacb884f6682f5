import { describe, expect, it } from 'vitest';
import type { Execution } from '../../../medallion/reprocessing/plan.ts';
import { rejectUnlessQueued, withdrawPlan } from '../../../operations/reprocessing/withdraw-plan.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

const plan = `p-${batch}`;
const queued: Execution = {
  plan,
  planHash: 'h',
  state: 'queued',
  actor: 'ann',
  reason: 'So.',
  at: '2026-01-01T00:00:00.000Z',
};
const states: readonly Execution['state'][] = ['queued', 'running', 'completed', 'rejected', 'withdrawn'];

async function createPorts(state?: Execution['state']) {
  const ports = createFakePorts();
  if (state) await ports.plans.queue(queued);
  if (state) await ports.plans.updateExecution(plan, (execution) => ({ ...execution, state, batch }));
  return ports;
}

describe('withdrawing a plan', () => {
  it.for(states)('takes back what waits, and nothing else: %s', async (state) => {
    const { plans } = await createPorts(state);
    const isRejected = rejectUnlessQueued(plan, await plans.getExecution(plan)) !== undefined;
    expect(isRejected).toBe(state !== 'queued');
    const result = await withdrawPlan({ plans }, plan);
    expect(result).toMatchObject(state === 'queued' ? { state: 'withdrawn' } : { kind: 'rejected', code: 'conflict' });
    expect(await plans.nextQueued()).toBeUndefined();
    expect((await plans.getExecution(plan))?.state).toBe(state === 'queued' ? 'withdrawn' : state);
  });

  it('takes back nothing that nobody has executed', async () => {
    expect(await withdrawPlan(await createPorts(), plan)).toMatchObject({
      kind: 'rejected',
      reason: `Plan '${plan}' does not wait: nobody has executed it.`,
    });
  });
});
