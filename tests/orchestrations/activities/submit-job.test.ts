import { describe, expect, it } from 'vitest';
import type { JobOrder } from '../../../medallion/runs/job.ts';
import { submitJob } from '../../../orchestrations/activities/submit-job.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

describe('submitJob', () => {
  it('hands the order to the job service, and its answer back', async () => {
    const orders: JobOrder[] = [];
    const submit = async (order: JobOrder) => {
      orders.push(order);
      return { kind: 'accepted' as const, jobRun: '42' };
    };
    const small = createFakePorts({});
    const ports = { ...small, jobs: { ...small.jobs, submit } };

    expect(await submitJob.in(ports)({ batch, layer: 'bronze', attempt: 1 })).toEqual({
      kind: 'accepted',
      jobRun: '42',
    });
    expect(orders).toEqual([{ batch, layer: 'bronze', attempt: 1 }]);
  });

  it('tells a layer that was rebuilt under which name its streams keep their place', async () => {
    const orders: JobOrder[] = [];
    const submit = async (order: JobOrder) => {
      orders.push(order);
      return { kind: 'accepted' as const, jobRun: '42' };
    };
    const ports = { ...createFakePorts({}), jobs: { ...createFakePorts({}).jobs, submit } };
    await ports.desk.begin('silver', 'again');
    await submitJob.in(ports)({ batch, layer: 'silver', attempt: 1 });
    expect(orders).toMatchObject([{ generation: 'again' }]);
  });

  it('starts nothing for a batch that somebody cancelled', async () => {
    const ports = createFakePorts({});
    await ports.desk.cancel(batch, 'Cancelled.');
    expect(await submitJob.in(ports)({ batch, layer: 'gold', attempt: 1 })).toEqual({
      kind: 'rejected',
      reason: 'Cancelled.',
    });
  });

  it('refuses an order of an unknown layer', () => {
    expect(() => submitJob.in(createFakePorts({}))({ batch, layer: 'platinum', attempt: 1 })).toThrow();
  });
});
