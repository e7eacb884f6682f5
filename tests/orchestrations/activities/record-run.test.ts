import { describe, expect, it } from 'vitest';
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

describe('the record of a run', () => {
  const run = { batch, files: 1, datasets: [], startedAt: '2026-01-01T00:00:00Z', layers: [] };

  it('says that a run was cancelled, where somebody ended it', async () => {
    const world = smallWorld({});
    await world.desk.cancel(batch, "Cancelled by 'ann': wrong file.");
    await recordRun.in(world)({ ...run, outcome: 'failed', because: 'Attempt 1 ended with CANCELED.' });
    expect(world.saved).toMatchObject([{ outcome: 'cancelled', because: "Cancelled by 'ann': wrong file." }]);
  });

  it('keeps with a release by which definition each table was computed', async () => {
    const world = smallWorld({ definitions: { 'gold.a': 'new', 'gold.b': 'new', 'gold.c': 'new' } });
    await world.desk.define({ 'gold.a': 'old', 'gold.b': 'old' });
    await recordRun.in(world)({ ...run, outcome: 'published', release: 'r-1', rebuilt: ['gold.b'] });

    const definitions = { 'gold.a': 'old', 'gold.b': 'new', 'gold.c': 'new' };
    expect(world.saved).toMatchObject([{ definitions }]);
    expect(await world.desk.definitions()).toEqual(definitions);
  });
});
