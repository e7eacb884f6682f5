import { describe, expect, it } from 'vitest';
import { completePlan } from '../../../orchestrations/activities/complete-plan.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

const plan = `p-${batch}`;

describe('completePlan', () => {
  it('writes down how the execution ended', async () => {
    const ports = createFakePorts();
    const decision = { planHash: 'h', actor: 'ann', reason: 'So.', at: '2026-01-01T00:00:00Z' };
    await ports.plans.queue({ plan, state: 'running', batch, ...decision });
    await completePlan.bind(ports)({ plan, outcome: 'blocked', batch });
    const completed = { plan, state: 'completed', outcome: 'blocked', batch, ...decision };
    expect(await ports.plans.getExecution(plan)).toEqual(completed);
  });

  it('lets the next part of a plan wait, once for each run', async () => {
    const ports = createFakePorts();
    const decision = { planHash: 'h', actor: 'ann', reason: 'So.', at: '2026-01-01T00:00:00Z' };
    const files = { read: 0, reading: 2, total: 3 };
    await ports.plans.queue({ plan, state: 'running', batch, ...decision, files });
    for (let call = 0; call < 2; call++) await completePlan.bind(ports)({ plan, outcome: 'published', batch });
    const waiting = { plan, state: 'queued', ...decision, files: { read: 2, reading: 0, total: 3 } };
    expect(await ports.plans.getExecution(plan)).toEqual(waiting);
    expect(await ports.plans.nextQueued()).toBe(plan);
  });

  it('makes up no execution that never was', async () => {
    const ports = createFakePorts();
    await completePlan.bind(ports)({ plan, outcome: 'published', batch });
    expect(await ports.plans.getExecution(plan)).toBeUndefined();
  });
});
