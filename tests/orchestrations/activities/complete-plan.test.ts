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
    await completePlan.bind(ports)({ plan, outcome: 'blocked' });
    const completed = { plan, state: 'completed', outcome: 'blocked', batch, ...decision };
    expect(await ports.plans.getExecution(plan)).toEqual(completed);
  });

  it('makes up no execution that never was', async () => {
    const ports = createFakePorts();
    await completePlan.bind(ports)({ plan, outcome: 'published' });
    expect(await ports.plans.getExecution(plan)).toBeUndefined();
  });
});
