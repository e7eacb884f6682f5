import { expect, it } from 'vitest';
import { completePlan } from '../../../orchestrations/activities/close-plan.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

it('closePlan writes down how the execution ended', async () => {
  const ports = createFakePorts({});
  const plan = `p-${batch}`;
  await ports.desk.execute({ plan, state: 'running', actor: 'ann', reason: 'So.', at: '2026-01-01T00:00:00Z', batch });
  await completePlan.in(ports)({ plan, outcome: 'blocked' });
  expect(await ports.desk.execution(plan)).toMatchObject({ state: 'done', outcome: 'blocked', batch });
});
