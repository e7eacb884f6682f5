import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { findConsistentCut } from '../../../orchestrations/activities/find-cut.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch, continuous, triggered } from '../../support/samples.ts';

const at = '2026-01-01T00:00:00.000Z';
const progress = (layer: string, entry: object) => ({
  [`progress/${layer}.json`]: JSON.stringify({ layer, entries: [{ at, ...entry }] }),
});
const built = {
  ...progress('bronze', { versions: { 'bronze.bpm': 4 } }),
  ...progress('silver', { versions: { 'silver.users': 2 }, read: { 'bronze.bpm': 4 } }),
  ...progress('gold', { versions: { 'gold.summary': 7 }, read: { 'silver.users': 2 } }),
};
/** What no run has looked at yet. */
const all = [
  { layer: 'bronze', versions: { 'bronze.bpm': 4 } },
  { layer: 'silver', versions: { 'bronze.bpm': 4, 'silver.users': 2 } },
];
const loadedAt = (version: number) => ({
  [`reports/${batch}/bronze.json`]: JSON.stringify({
    batch,
    layer: 'bronze',
    tables: [{ table: 'bronze.bpm', version, changed: true }],
  }),
});
const open = [{ batch, files: 2, datasets: ['bpm'] }];
const published = (version: number): RunRecord => ({
  batch,
  outcome: 'published',
  files: 1,
  datasets: [],
  startedAt: at,
  layers: [{ layer: 'gold', jobRuns: [], outcome: 'passed', startedAt: at, versions: { 'gold.summary': version } }],
});
const look = (
  given: Parameters<typeof createFakePorts>[0],
  modes: typeof continuous | typeof triggered = continuous,
) => {
  const ports = { ...createFakePorts(given), modes };
  return findConsistentCut
    .in(ports)({})
    .then((found) => ({ found, ports }));
};

describe('findCut', () => {
  it('names the versions of all layers and the batches that are in them', async () => {
    const { found, ports } = await look({ texts: { ...built, ...loadedAt(4) }, open });

    const versions = { 'bronze.bpm': 4, 'silver.users': 2, 'gold.summary': 7 };
    expect(found).toEqual({ kind: 'cut', versions, batches: [batch], files: 2, datasets: ['bpm'] });
    expect(ports.open.get(batch)?.versions).toEqual({ 'bronze.bpm': 4 });
  });

  it('leaves out a batch that gold is not made of yet', async () => {
    expect((await look({ texts: { ...built, ...loadedAt(5) }, open })).found).toEqual({ kind: 'nothing', ahead: all });
    expect((await look({ texts: built, open })).found).toEqual({ kind: 'nothing', ahead: all });
  });

  it('releases gold that has changed without a new file, once', async () => {
    const runs = (version: number) => ({ runs: async () => ({ rows: [published(version)] }) });
    expect((await look({ texts: built, registry: runs(6) })).found).toMatchObject({
      kind: 'cut',
      batches: [],
      files: 0,
    });
    expect((await look({ texts: built, registry: runs(7) })).found).toEqual({ kind: 'nothing', ahead: all });
  });

  it('finds nothing before gold was ever built', async () => {
    expect((await look({ open })).found).toEqual({ kind: 'nothing', ahead: [] });
  });

  it('is over as soon as a layer is built by a run per batch', async () => {
    expect((await look({ texts: built, open }, triggered)).found).toEqual({ kind: 'over' });
  });

  it('leaves publishing to a batch that is still being run', async () => {
    const registry = { runs: async () => ({ rows: [{ ...published(6), outcome: 'running' as const }] }) };
    expect((await look({ texts: { ...built, ...loadedAt(4) }, open, registry })).found).toEqual({
      kind: 'nothing',
      ahead: [],
    });
  });

  it('names the lower layers that have moved on while gold is still at work, at the versions that gold will be made of', async () => {
    const layer = (name: 'bronze' | 'silver', versions: Record<string, number>): RunRecord['layers'][number] => ({
      layer: name,
      jobRuns: [],
      outcome: 'passed',
      startedAt: at,
      versions,
    });
    const last = published(7);
    const layers = [layer('bronze', { 'bronze.bpm': 4 }), layer('silver', { 'silver.users': 2 }), ...last.layers];
    const registry = { runs: async () => ({ rows: [{ ...last, layers }] }) };
    const ahead = async (texts: Record<string, string>) =>
      (await look({ texts: { ...built, ...texts }, registry })).found;
    const loaded = progress('bronze', { versions: { 'bronze.bpm': 5 } });
    const promoted = progress('silver', { versions: { 'silver.users': 3 }, read: { 'bronze.bpm': 5 } });

    expect(await ahead({})).toEqual({ kind: 'nothing', ahead: [] });
    const bronze = { layer: 'bronze', versions: { 'bronze.bpm': 5 } };
    expect(await ahead(loaded)).toEqual({ kind: 'nothing', ahead: [bronze] });
    const silver = { layer: 'silver', versions: { 'bronze.bpm': 5, 'silver.users': 3 } };
    expect(await ahead({ ...loaded, ...promoted })).toEqual({ kind: 'nothing', ahead: [bronze, silver] });
  });
});
