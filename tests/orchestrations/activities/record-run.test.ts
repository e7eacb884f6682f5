import { expect, it } from 'vitest';
import { recordRun } from '../../../orchestrations/activities/record-run.ts';
import { batch } from '../../support/samples.ts';
import { smallWorld } from '../../support/world.ts';

it('recordRun keeps the record as it was given', async () => {
  const world = smallWorld({});
  const run = {
    batch,
    outcome: 'running',
    files: 1,
    datasets: ['gym_logins'],
    startedAt: '2026-01-01T00:00:00Z',
    layers: [],
  };
  await recordRun.in(world)(run);
  expect(world.saved).toEqual([run]);
});
