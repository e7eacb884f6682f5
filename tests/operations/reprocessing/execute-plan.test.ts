import { describe, expect, it } from 'vitest';
import { plannedFile } from '../../../medallion/reprocessing/plan.ts';
import { executePlan } from '../../../operations/reprocessing/execute-plan.ts';
import { aFile, factsOf } from '../../support/a-file.ts';
import { aPlan } from '../../support/a-plan.ts';
import { aRoom } from '../../support/a-room.ts';

const file = aFile('gym_logins/a');
const plan = aPlan({ files: [plannedFile(file)] });
const by = { who: 'ann', why: 'It was wrong.' };

describe('executePlan', () => {
  it('queues a plan and wakes the pipeline', async () => {
    const room = aRoom({ files: [file], landed: [factsOf(file)] });
    expect(await executePlan(room, plan, by)).toMatchObject({ state: 'queued', by: 'ann' });
    expect(room.woken).toEqual(['pipeline']);
  });

  it('executes once, however often it is told', async () => {
    const room = aRoom({ files: [file], landed: [factsOf(file)] });
    const first = await executePlan(room, plan, by);
    expect(await executePlan(room, plan, { ...by, who: 'bob' })).toEqual(first);
    expect(room.woken).toHaveLength(1);
  });

  it('refuses when the ground has moved, and says what moved', async () => {
    const room = aRoom({ files: [file], landed: [{ ...factsOf(file), etag: '0x2', length: 6 }] });
    const said = await executePlan(room, plan, by);
    expect(said).toMatchObject({ code: 'ground_moved', moved: [expect.stringContaining("'gym_logins/a'")] });
    expect(await room.world.desk.execution(plan.plan)).toBeUndefined();
  });

  it('refuses a plan of another day', async () => {
    const room = aRoom({ files: [file], landed: [factsOf(file)] }, new Date('2026-01-03T00:00:01Z'));
    expect(await executePlan(room, plan, by)).toMatchObject({ code: 'expired' });
  });
});
