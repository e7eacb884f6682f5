import { describe, expect, it } from 'vitest';
import { type RegisteredFile, toFileId } from '../../../medallion/files/file.ts';
import { type BatchId, manifestPath, parseManifest, reportPath } from '../../../medallion/files/manifest.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { formBatch } from '../../../orchestrations/activities/form-batch.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

const pendingFile = (path: string, etag: string): RegisteredFile => ({
  path,
  etag,
  file: toFileId({ path, etag }),
  length: 5,
  lastModified: '2026-01-01T00:00:00Z',
  dataset: path.split('/')[0] ?? '',
  status: 'pending',
  registeredAt: '2026-01-01T00:00:00Z',
});

const a = pendingFile('gym_logins/a', '0x1');
const b = pendingFile('bpm/b', '0x1');

describe('formBatch', () => {
  it('writes what is pending into a manifest and takes it out of the queue', async () => {
    const ports = createFakePorts({ registry: { pending: async () => [a, b] } });

    expect(await formBatch.in(ports)({ batch, maxFiles: 10 })).toEqual({
      kind: 'formed',
      batch,
      files: 2,
      datasets: ['bpm', 'gym_logins'],
    });
    expect(parseManifest(ports.texts.get(manifestPath(batch)) ?? '').map(({ file }) => file)).toEqual([a.file, b.file]);
    expect(ports.taken).toHaveLength(2);
  });

  it('finds the manifest it wrote before a crash, and finishes the clean-up', async () => {
    const before = createFakePorts({ registry: { pending: async () => [a] } });
    await formBatch.in(before)({ batch, maxFiles: 10 });
    const after = createFakePorts({
      texts: Object.fromEntries(before.texts),
      registry: { pending: async () => [a, b] },
    });

    expect(await formBatch.in(after)({ batch, maxFiles: 10 })).toMatchObject({ files: 1 });
    expect(after.taken.map(({ file }) => file)).toEqual([a.file]);
  });

  it('leaves out a content that has been overwritten since, and says so', async () => {
    const superseded: string[] = [];
    const newer = { ...pendingFile('gym_logins/a', '0x2'), replaces: a.file };
    const supersede = async (files: readonly RegisteredFile[]) => {
      superseded.push(...files.map(({ file }) => file));
    };
    const ports = createFakePorts({ registry: { pending: async () => [a, newer], supersede } });

    expect(await formBatch.in(ports)({ batch, maxFiles: 10 })).toMatchObject({ files: 1 });
    expect(superseded).toEqual([a.file]);
    expect(ports.taken).toMatchObject([{ file: newer.file, replaces: a.file }]);
  });

  it('takes up nothing while the pipeline is paused', async () => {
    const ports = createFakePorts({ registry: { pending: async () => [a] } });
    await ports.desk.stand({ state: 'paused', actor: 'ann', reason: 'Maintenance.', at: '2026-01-01T00:00:00Z' });

    expect(await formBatch.in(ports)({ batch, maxFiles: 10 })).toEqual({ kind: 'closed', reason: 'Maintenance.' });
    expect(ports.texts.size).toBe(0);
  });

  it('halts after too many failed runs in a row, and says so in the acts', async () => {
    const failed = { batch, outcome: 'failed' as const, files: 1, datasets: [], startedAt: '2025-12-31', layers: [] };
    const runs = async (most: number) => ({ rows: Array.from({ length: most }, () => failed) });
    const ports = createFakePorts({ registry: { pending: async () => [a], runs } });

    expect(await formBatch.in(ports)({ batch, maxFiles: 10 })).toMatchObject({ kind: 'closed' });
    expect(ports.desk.kept.pipelineState).toMatchObject({ state: 'halted', actor: 'pipeline' });
    expect(ports.desk.kept.acts).toMatchObject([{ action: 'halted', actor: 'pipeline' }]);
  });

  it('hands over a plan that waits, before any file', async () => {
    const ports = createFakePorts({ registry: { pending: async () => [a] } });
    const plan = `p-${batch}`;
    await ports.desk.execute({
      plan,
      state: 'queued',
      actor: 'ann',
      reason: 'It was wrong.',
      at: '2026-01-01T00:00:00Z',
    });

    expect(await formBatch.in(ports)({ batch, maxFiles: 10 })).toEqual({ kind: 'planned', plan });
  });

  it('finds the plan again that was to run as this batch when the operator went down', async () => {
    const ports = createFakePorts({ texts: { [manifestPath(batch)]: '' } });
    const plan = `p-${batch}`;
    const execution = { plan, actor: 'ann', reason: 'It was wrong.', at: '2026-01-01T00:00:00Z' };
    await ports.desk.proceed({ ...execution, state: 'running', batch });

    expect(await formBatch.in(ports)({ batch, maxFiles: 10 })).toEqual({ kind: 'planned', plan });
  });

  it('writes nothing when nothing is pending', async () => {
    const ports = createFakePorts({ registry: { pending: async () => [] } });

    expect(await formBatch.in(ports)({ batch, maxFiles: 10 })).toEqual({ kind: 'empty' });
    expect(ports.texts.size).toBe(0);
  });

  it('takes no more than it may, the newest first, and leaves the rest in the queue', async () => {
    const many = Array.from({ length: 20 }, (_, at) => pendingFile(`bpm/${at}`, '0x1'));
    const ports = createFakePorts({ registry: { pending: async () => many } });
    await formBatch.in(ports)({ batch, maxFiles: 4 });
    expect(ports.taken.map(({ path }) => path)).toEqual(['bpm/0', 'bpm/17', 'bpm/18', 'bpm/19']);
  });

  it('keeps in mind that the batch is in no release yet', async () => {
    const ports = createFakePorts({ registry: { pending: async () => [a] } });
    await formBatch.in(ports)({ batch, maxFiles: 10 });
    expect(ports.open.get(batch)).toEqual({ batch, files: 1, datasets: ['gym_logins'] });
  });
});

describe('formBatch, for a stream', () => {
  const other = (minute: number) => `20251231T00${minute}00000Z-00000000` as BatchId;
  const open = [other(10), other(20)].map((each) => ({ batch: each, files: 1, datasets: ['bpm'] }));
  const registry = { pending: async () => [a] };

  /** What the jobs wrote down: the first batch is in bronze, and as far up as silver and gold have read. */
  const built = (read: { readonly silver: number; readonly gold: number }) => {
    const progress = (layer: string, entry: object) => ({
      [`progress/${layer}.json`]: JSON.stringify({ layer, entries: [{ at: '2026-01-01T00:00:00Z', ...entry }] }),
    });
    const tables = [{ table: 'bronze.bpm', version: 4, changed: true }];
    return {
      [reportPath(other(10), 'bronze')]: JSON.stringify({ batch: other(10), layer: 'bronze', tables }),
      ...progress('bronze', { versions: { 'bronze.bpm': 4 } }),
      ...progress('silver', { versions: { 'silver.users': 2 }, read: { 'bronze.bpm': read.silver } }),
      ...progress('gold', { versions: { 'gold.summary': 7 }, read: { 'silver.users': read.gold } }),
    };
  };

  const runs = (...rows: RunRecord[]) => ({ runs: async () => ({ rows }) });
  const inGold = built({ silver: 4, gold: 2 });

  it.for([
    ['landed', {}],
    ['in bronze', built({ silver: 3, gold: 2 })],
    ['in silver', built({ silver: 4, gold: 1 })],
    ['in gold', inGold],
  ] as const)('forms nothing while enough manifests are on their way to a release: %s', async ([, texts]) => {
    const ports = createFakePorts({ registry, open, texts });
    expect(await formBatch.in(ports)({ batch, maxFiles: 10, maxInFlight: 2 })).toEqual({ kind: 'full' });
    expect(ports.taken).toEqual([]);
  });

  it('goes on as soon as one of them is released', async () => {
    const ports = createFakePorts({
      registry: { ...registry, ...runs(published) },
      open: open.slice(1),
      texts: inGold,
    });
    expect(await formBatch.in(ports)({ batch, maxFiles: 10, maxInFlight: 2 })).toMatchObject({ kind: 'formed' });
  });

  it('goes on while the release is held, when one of them is in gold', async () => {
    const ports = createFakePorts({
      registry: { ...registry, ...runs(retainedTables, published) },
      open,
      texts: inGold,
    });
    expect(await formBatch.in(ports)({ batch, maxFiles: 10, maxInFlight: 2 })).toMatchObject({ kind: 'formed' });
  });

  it('forms nothing while the release is held and all of them are below gold', async () => {
    const texts = built({ silver: 4, gold: 1 });
    const ports = createFakePorts({ registry: { ...registry, ...runs(retainedTables, published) }, open, texts });
    expect(await formBatch.in(ports)({ batch, maxFiles: 10, maxInFlight: 2 })).toEqual({ kind: 'full' });
  });

  it('leaves its batches, once it is no more, to a run: the newest carries the others', async () => {
    const ports = createFakePorts({ registry: { pending: async () => [] }, open });
    expect(await formBatch.in(ports)({ batch, maxFiles: 10 })).toEqual({ kind: 'left', ...open[1] });
    expect(await formBatch.in(ports)({ batch, maxFiles: 10, maxInFlight: 2 })).toEqual({ kind: 'full' });
  });

  it('does not run again by itself what had a run and was held', async () => {
    const ports = createFakePorts({ registry: { pending: async () => [], run: async () => retainedTables }, open });
    expect(await formBatch.in(ports)({ batch, maxFiles: 10 })).toEqual({ kind: 'empty' });
  });
});

const retainedTables: RunRecord = { batch, outcome: 'blocked', files: 1, datasets: [], startedAt: '', layers: [] };
const published: RunRecord = { ...retainedTables, outcome: 'published', release: 'r' };
