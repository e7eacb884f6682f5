import { describe, expect, it } from 'vitest';
import type { JobOrder } from '../../../medallion/runs/job.ts';
import { submitJob } from '../../../orchestrations/activities/submit-job.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

/** Ports whose job service accepts every order. */
function createPorts() {
  const orders: JobOrder[] = [];
  const ports = createFakePorts();
  const submit = async (order: JobOrder) => {
    orders.push(order);
    return { kind: 'accepted' as const, jobRun: '42' };
  };
  return { orders, ports: { ...ports, jobs: { ...ports.jobs, submit } } };
}

describe('submitJob', () => {
  it('hands the order to the job service, and its answer back', async () => {
    const { orders, ports } = createPorts();
    expect(await submitJob.bind(ports)({ batch, layer: 'bronze', attempt: 1 })).toEqual({
      kind: 'accepted',
      jobRun: '42',
    });
    expect(orders).toEqual([{ batch, layer: 'bronze', attempt: 1 }]);
  });

  it('names the generation of a layer that was rebuilt, under which its streams keep their place', async () => {
    const { orders, ports } = createPorts();
    await ports.tableDefinitions.startGeneration('silver', 'again');
    await submitJob.bind(ports)({ batch, layer: 'silver', attempt: 1 });
    expect(orders).toMatchObject([{ generation: 'again' }]);
  });

  it('starts nothing for a batch that somebody cancelled', async () => {
    const { orders, ports } = createPorts();
    await ports.pipelineControl.requestCancellation(batch, 'Cancelled.');
    expect(await submitJob.bind(ports)({ batch, layer: 'gold', attempt: 1 })).toEqual({
      kind: 'rejected',
      reason: 'Cancelled.',
    });
    expect(orders).toEqual([]);
  });

  it('rejects an order of an unknown layer', async () => {
    const { ports } = createPorts();
    await expect(submitJob.bind(ports)({ batch, layer: 'platinum', attempt: 1 })).rejects.toThrow();
  });
});
