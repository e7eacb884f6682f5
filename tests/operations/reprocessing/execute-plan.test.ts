import { describe, expect, it } from 'vitest';
import { toPlannedFile } from '../../../medallion/reprocessing/plan.ts';
import { executePlan } from '../../../operations/reprocessing/execute-plan.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aPlan } from '../../support/a-plan.ts';
import { createTestContext } from '../../support/test-context.ts';

const file = aFile('gym_logins/a');
const plan = aPlan({ files: [toPlannedFile(file)] });
const actor = { actor: 'ann', reason: 'It was wrong.' };

describe('executePlan', () => {
  it('queues a plan and wakes the pipeline', async () => {
    const context = createTestContext({ files: [file], landed: [getProperties(file)] });
    expect(await executePlan(context, plan, actor)).toMatchObject({ state: 'queued', actor: 'ann' });
    expect(context.wakeUps).toEqual(['pipeline']);
  });

  it('executes once, however often it is told', async () => {
    const context = createTestContext({ files: [file], landed: [getProperties(file)] });
    const first = await executePlan(context, plan, actor);
    expect(await executePlan(context, plan, { ...actor, actor: 'bob' })).toEqual(first);
    expect(context.wakeUps).toHaveLength(1);
  });

  it('refuses when the ground has moved, and says what moved', async () => {
    const context = createTestContext({ files: [file], landed: [{ ...getProperties(file), etag: '0x2', length: 6 }] });
    const said = await executePlan(context, plan, actor);
    expect(said).toMatchObject({ code: 'plan_outdated', changedInputs: [expect.stringContaining("'gym_logins/a'")] });
    expect(await context.ports.desk.execution(plan.plan)).toBeUndefined();
  });

  it('refuses a plan of another day', async () => {
    const context = createTestContext(
      { files: [file], landed: [getProperties(file)] },
      new Date('2026-01-03T00:00:01Z'),
    );
    expect(await executePlan(context, plan, actor)).toMatchObject({ code: 'plan_expired' });
  });
});
