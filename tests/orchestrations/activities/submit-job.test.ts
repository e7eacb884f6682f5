import { describe, expect, it } from 'vitest';
import type { JobOrder } from '../../../medallion/job.ts';
import { submitJob } from '../../../orchestrations/activities/submit-job.ts';
import { batch } from '../../support/samples.ts';
import { smallWorld } from '../../support/world.ts';

describe('submitJob', () => {
  it('hands the order to the job service, and its answer back', async () => {
    const orders: JobOrder[] = [];
    const submit = async (order: JobOrder) => {
      orders.push(order);
      return { kind: 'accepted' as const, jobRun: '42' };
    };
    const small = smallWorld({});
    const world = { ...small, jobs: { ...small.jobs, submit } };

    expect(await submitJob.in(world)({ batch, layer: 'bronze', attempt: 1 })).toEqual({
      kind: 'accepted',
      jobRun: '42',
    });
    expect(orders).toEqual([{ batch, layer: 'bronze', attempt: 1 }]);
  });

  it('refuses an order of an unknown layer', () => {
    expect(() => submitJob.in(smallWorld({}))({ batch, layer: 'platinum', attempt: 1 })).toThrow();
  });
});
