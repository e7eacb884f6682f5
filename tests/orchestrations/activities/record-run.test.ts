import { describe, expect, it } from 'vitest';
import { recordRun } from '../../../orchestrations/activities/record-run.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

it('recordRun keeps the record as it was given', async () => {
  const ports = createFakePorts({});
  const run = {
    batch,
    outcome: 'running',
    files: 1,
    datasets: ['gym_logins'],
    startedAt: '2026-01-01T00:00:00Z',
    layers: [],
  };
  await recordRun.in(ports)(run);
  expect(ports.saved).toEqual([run]);
});

describe('the record of a run', () => {
  const run = { batch, files: 1, datasets: [], startedAt: '2026-01-01T00:00:00Z', layers: [] };

  it('says that a run was cancelled, where somebody ended it', async () => {
    const ports = createFakePorts({});
    await ports.desk.cancel(batch, "Cancelled by 'ann': wrong file.");
    await recordRun.in(ports)({ ...run, outcome: 'failed', reason: 'Attempt 1 ended with CANCELED.' });
    expect(ports.saved).toMatchObject([{ outcome: 'cancelled', reason: "Cancelled by 'ann': wrong file." }]);
  });

  it('keeps with a release by which definition each table was computed', async () => {
    const ports = createFakePorts({ definitions: { 'gold.a': 'new', 'gold.b': 'new', 'gold.c': 'new' } });
    await ports.desk.define({ 'gold.a': 'old', 'gold.b': 'old' });
    await recordRun.in(ports)({ ...run, outcome: 'published', release: 'r-1', rebuilt: ['gold.b'] });

    const definitions = { 'gold.a': 'old', 'gold.b': 'new', 'gold.c': 'new' };
    expect(ports.saved).toMatchObject([{ definitions }]);
    expect(await ports.desk.definitions()).toEqual(definitions);
  });
});
