import { describe, expect, it } from 'vitest';
import { toFileId } from '../../../medallion/files/file.ts';
import { createBatchId, formatManifest, manifestPath } from '../../../medallion/files/manifest.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { finalizeFiles } from '../../../orchestrations/activities/settle-files.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const batchAt = (minute: number) =>
  createBatchId(new Date(Date.UTC(2026, 0, 1, 0, minute)), '01234567-89ab-4cde-8f01-23456789abcd');
const [first, second, third] = [batchAt(1), batchAt(2), batchAt(3)];
const run = (batch: string, outcome: RunRecord['outcome'], change: Partial<RunRecord> = {}): RunRecord => ({
  batch,
  outcome,
  files: 1,
  datasets: ['gym_logins'],
  startedAt: '2026-01-01T00:00:00Z',
  layers: [],
  ...change,
});

function textsOf(batch: string, isLoaded: boolean, at?: string): Record<string, string> {
  const content = { path: 'gym_logins/a', etag: batch };
  const file = toFileId(content);
  const line = {
    ...content,
    batch,
    file,
    dataset: 'gym_logins',
    length: 1,
    lastModified: '2026-01-01T00:00:00Z',
    replaces: null,
  };
  const account = { file, outcome: 'loaded', lines: 1, blank: 0, accepted: 1, quarantined: 0 };
  const tables = [{ table: 'bronze.bpm', version: 4, changed: true }];
  const report = { batch, layer: 'bronze', at, tables, files: [account] };
  return {
    [manifestPath(batch)]: formatManifest([line]),
    ...(isLoaded ? { [`reports/${batch}/bronze.json`]: JSON.stringify(report) } : {}),
  };
}

const published = run(third, 'published', { release: 'r-3' });
const knownRuns = (...rows: RunRecord[]) => ({
  run: async (batch: string) => rows.find((each) => each.batch === batch),
});
const open = (...batches: string[]) =>
  batches.map((batch) => ({ batch: batch as RunRecord['batch'], files: 1, datasets: ['gym_logins'] }));

describe('settleFiles', () => {
  it('holds the files of a run that was held, with the reason', async () => {
    const ports = createFakePorts({ texts: textsOf(first, true), open: open(first) });
    await finalizeFiles.in(ports)(run(first, 'blocked', { reason: 'Wrong.' }));
    expect(ports.settled).toMatchObject([{ batch: first, end: { status: 'blocked', reason: 'Wrong.' } }]);
    expect([...ports.open.keys()]).toEqual([first]);
  });

  it('lets a release carry what earlier runs had loaded and left behind', async () => {
    const texts = { ...textsOf(first, true), ...textsOf(second, true), ...textsOf(third, true) };
    const registry = knownRuns(run(second, 'blocked'), run(first, 'failed'));
    const ports = createFakePorts({ texts, registry, open: open(first, second, third) });

    expect(await finalizeFiles.in(ports)(published)).toMatchObject({ healed: [first, second] });
    expect(ports.settled.map(({ batch, end }) => [batch, end.status, end.release])).toEqual([
      [first, 'published', 'r-3'],
      [second, 'published', 'r-3'],
      [third, 'published', 'r-3'],
    ]);
    expect(ports.saved).toMatchObject([
      { batch: first, release: 'r-3' },
      { batch: second, release: 'r-3' },
    ]);
    expect(ports.open.size).toBe(0);
  });

  it('does not publish what was never loaded', async () => {
    const texts = { ...textsOf(second, false), ...textsOf(third, true) };
    const ports = createFakePorts({ texts, registry: knownRuns(run(second, 'failed')), open: open(second, third) });
    expect(await finalizeFiles.in(ports)(published)).toMatchObject({ healed: [] });
    expect([...ports.open.keys()]).toEqual([second]);
  });

  it('carries nothing that is younger than the run', async () => {
    const texts = { ...textsOf(second, true), ...textsOf(third, true) };
    const ports = createFakePorts({ texts, open: open(second, third) });
    await finalizeFiles.in(ports)(run(second, 'published', { release: 'r-2' }));
    expect(ports.settled.map(({ batch }) => batch)).toEqual([second]);
  });

  it('settles the batches that a release of streams says are in it, and no other', async () => {
    const texts = { ...textsOf(first, true), ...textsOf(second, true) };
    const ports = createFakePorts({ texts, open: open(first, second) });
    await finalizeFiles.in(ports)({ ...published, batches: [first] });
    expect(ports.settled).toMatchObject([{ batch: first, end: { status: 'published' } }]);
    expect([...ports.open.keys()]).toEqual([second]);
  });

  it('says when the files came through each layer, and how old they were', async () => {
    const entry = (at: string, read: object, versions: object) => ({ at, read, versions });
    const progress = {
      silver: [entry('2026-01-01T00:00:02.000Z', { 'bronze.bpm': 4 }, { 'silver.users': 2 })],
      gold: [entry('2026-01-01T00:00:03.000Z', { 'silver.users': 2 }, {})],
    };
    const texts = {
      ...textsOf(first, true, '2026-01-01T00:00:01.000Z'),
      'progress/silver.json': JSON.stringify({ layer: 'silver', entries: progress.silver }),
      'progress/gold.json': JSON.stringify({ layer: 'gold', entries: progress.gold }),
    };
    const ports = createFakePorts({ texts, open: open(first) });
    const { freshness } = finalizeFiles.output.parse(await finalizeFiles.in(ports)({ ...published, batches: [first] }));

    expect(ports.settled[0]?.end.passage).toMatchObject({
      bronzeAt: '2026-01-01T00:00:01.000Z',
      silverAt: '2026-01-01T00:00:02.000Z',
      goldAt: '2026-01-01T00:00:03.000Z',
    });
    expect(freshness).toMatchObject({ files: 1, stageSeconds: [[null, 1, 2, 3, expect.any(Number)]] });
  });
});
