import { expect, it } from 'vitest';
import { closePlan } from '../../../orchestrations/activities/close-plan.ts';
import { batch } from '../../support/samples.ts';
import { smallWorld } from '../../support/world.ts';

it('closePlan writes down how the execution ended', async () => {
  const world = smallWorld({});
  const plan = `p-${batch}`;
  await world.desk.execute({ plan, state: 'running', by: 'ann', why: 'So.', at: '2026-01-01T00:00:00Z', batch });
  await closePlan.in(world)({ plan, outcome: 'held' });
  expect(await world.desk.execution(plan)).toMatchObject({ state: 'done', outcome: 'held', batch });
});
