import { expect, it } from 'vitest';
import { createPlans } from '../../../cloud/table-storage/plans.ts';
import type { Execution } from '../../../medallion/reprocessing/plan.ts';
import { batch } from '../../support/samples.ts';
import { describeOnTables } from '../../support/table-services.ts';

const queued: Execution = {
  plan: `p-${batch}`,
  planHash: 'h',
  state: 'queued',
  actor: 'ann',
  reason: 'It was wrong.',
  at: '2026-01-01T00:00:00.000Z',
};
const later: Execution = { ...queued, plan: `p-${batch.replace(/.$/, '0')}`, at: '2026-01-02T00:00:00.000Z' };

describeOnTables('the execution of a plan', (openTable) => {
  const open = () => createPlans(openTable());

  it('is the first of those that are queued at the same time', async () => {
    const plans = open();
    const executions = await Promise.all(
      ['ann', 'bob', 'eve', 'joe'].map((actor) => plans.queue({ ...queued, actor })),
    );
    expect(new Set(executions.map(({ actor }) => actor)).size).toBe(1);
    expect(await plans.getExecution(queued.plan)).toEqual(executions[0]);
  });

  it('waits in line, is found under its batch while it runs, and not after it has completed', async () => {
    const plans = open();
    expect(await plans.nextQueued()).toBeUndefined();
    await plans.queue(later);
    await plans.queue(queued);
    expect(await plans.nextQueued()).toBe(queued.plan);
    await plans.updateExecution(queued.plan, (execution) => ({ ...execution, state: 'running', batch }));
    expect(await plans.findRunningPlan(batch)).toBe(queued.plan);
    expect(await plans.nextQueued()).toBe(later.plan);
    await plans.updateExecution(queued.plan, (execution) => ({
      ...execution,
      state: 'completed',
      outcome: 'published',
    }));
    expect(await plans.findRunningPlan(batch)).toBeUndefined();
    expect(await plans.getExecution(queued.plan)).toMatchObject({ state: 'completed', outcome: 'published' });
  });

  it('is none for a plan that was never queued', async () => {
    const plans = open();
    expect(await plans.getExecution(queued.plan)).toBeUndefined();
    expect(await plans.updateExecution(queued.plan, (execution) => execution)).toBeUndefined();
  });

  it('loses no change that somebody else makes at the same time', async () => {
    const plans = open();
    await plans.queue(queued);
    await Promise.all(
      [1, 2, 3, 4].map((number) =>
        plans.updateExecution(queued.plan, (execution) => ({
          ...execution,
          changedInputs: [...(execution.changedInputs ?? []), String(number)],
        })),
      ),
    );
    expect((await plans.getExecution(queued.plan))?.changedInputs?.toSorted()).toEqual(['1', '2', '3', '4']);
  });
});
