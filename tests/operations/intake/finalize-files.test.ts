import { describe, expect, it } from 'vitest';
import type { RegisteredFile } from '../../../medallion/files/file.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { excludeFile } from '../../../operations/intake/decide-file.ts';
import { finalizeFiles } from '../../../operations/intake/finalize-files.ts';
import { readManifest } from '../../../operations/read-manifest.ts';
import { readmitCancelled } from '../../../operations/runs/exclude-unreleased.ts';
import { recordRun } from '../../../operations/runs/record-run.ts';
import { createRun, toBatch } from '../../support/batches.ts';
import type { FakePorts } from '../../support/fake-ports.ts';
import { createLoadedPorts } from '../../support/loaded-batches.ts';

const first = toBatch(1);
const second = toBatch(2);
const third = toBatch(3);
const now = new Date('2026-01-01T00:00:04.000Z');

async function listFiles(ports: FakePorts) {
  const { rows } = await ports.files.list({}, 10);
  const listed = rows.map(({ path, reason, release, status }) => ({
    batch: path.split('/')[1],
    status,
    release,
    reason,
  }));
  return listed.sort((a, b) => ((a.batch ?? '') < (b.batch ?? '') ? -1 : 1));
}
const listUnreleased = async ({ unreleasedBatches }: FakePorts) =>
  (await unreleasedBatches.list()).map(({ batch }) => batch);

const published = createRun(3, 'published', { release: 'r-3' });

describe('the files of a run without a release', () => {
  it.for([
    ['blocked', 'blocked'],
    ['failed', 'failed'],
    ['cancelled', 'failed'],
    ['halted', 'failed'],
  ] as const)('end with the reason: %s is %s', async ([outcome, status]) => {
    const ports = await createLoadedPorts([{ batch: first }]);
    expect(await finalizeFiles(ports, createRun(1, outcome, { reason: 'Wrong.' }), now)).toEqual({
      toldBatches: [first],
    });
    expect(await listFiles(ports)).toMatchObject([{ batch: first, status, reason: 'Wrong.' }]);
    expect(await listUnreleased(ports)).toEqual([first]);
  });

  it('are those of all batches of a release of streams', async () => {
    const ports = await createLoadedPorts([{ batch: first }, { batch: second }]);
    await finalizeFiles(ports, createRun(3, 'blocked', { reason: 'Wrong.', batches: [first, second] }), now);
    expect(await listFiles(ports)).toMatchObject([{ status: 'blocked' }, { status: 'blocked' }]);
  });
});

describe('a release', () => {
  it('carries what earlier runs had loaded and left behind', async () => {
    const ports = await createLoadedPorts([{ batch: first }, { batch: second }, { batch: third }]);
    await ports.runs.save(createRun(1, 'failed'));
    await ports.runs.save(createRun(2, 'blocked'));
    await ports.runs.save(published);

    expect(await finalizeFiles(ports, published, now)).toMatchObject({ toldBatches: [first, second, third] });
    expect(await listFiles(ports)).toMatchObject([
      { batch: first, status: 'published', release: 'r-3' },
      { batch: second, status: 'published', release: 'r-3' },
      { batch: third, status: 'published', release: 'r-3' },
    ]);
    expect((await ports.runs.list(10)).rows).toEqual([
      published,
      createRun(2, 'blocked', { release: 'r-3' }),
      createRun(1, 'failed', { release: 'r-3' }),
    ]);
  });

  it('is told of the same, if its process was killed after it had written everything down', async () => {
    const ports = await createLoadedPorts([{ batch: first, account: 'quarantined' }, { batch: third }]);
    const told = await finalizeFiles(ports, published, now);
    expect(told).toMatchObject({ quarantined: { gym_logins: 1 }, freshness: { files: 1 } });
    expect(await finalizeFiles(ports, published, now)).toEqual(told);
    expect(await listUnreleased(ports)).toEqual([first, third]);
  });

  it('leaves alone a run that has a release, or is running again', async () => {
    const ports = await createLoadedPorts([{ batch: first }, { batch: second }, { batch: third }]);
    await ports.runs.save(createRun(1, 'published', { release: 'r-1' }));
    await ports.runs.save(createRun(2, 'running'));
    await finalizeFiles(ports, published, now);
    expect(await ports.runs.get(first)).toEqual(createRun(1, 'published', { release: 'r-1' }));
    expect(await ports.runs.get(second)).toEqual(createRun(2, 'running'));
  });

  it('does not carry what was never loaded', async () => {
    const ports = await createLoadedPorts([{ batch: second, isLoaded: false }, { batch: third }]);
    await ports.runs.save(createRun(2, 'failed'));
    expect(await finalizeFiles(ports, published, now)).toMatchObject({ toldBatches: [third] });
    expect(await listFiles(ports)).toMatchObject([{ status: 'pending' }, { status: 'published' }]);
    expect(await ports.runs.get(second)).toEqual(createRun(2, 'failed'));
  });

  it('closes a batch that was never read, once a retry has loaded its files under another one', async () => {
    const ports = await createLoadedPorts([{ batch: first, isLoaded: false }, { batch: second }, { batch: third }]);
    expect(await finalizeFiles(ports, published, now)).toMatchObject({ toldBatches: [second, third] });
    const lines = await readManifest(ports, first);
    await ports.files.markReloading(lines.map((line) => ({ ...line, batch: third })));
    expect(await finalizeFiles(ports, published, now)).toMatchObject({ toldBatches: [second, third, first] });
  });

  it('carries nothing that is younger than its run', async () => {
    const ports = await createLoadedPorts([{ batch: second }, { batch: third }]);
    const run = createRun(2, 'published', { release: 'r-2' });
    expect(await finalizeFiles(ports, run, now)).toMatchObject({ toldBatches: [second] });
    expect(await listFiles(ports)).toMatchObject([{ status: 'published' }, { batch: third, status: 'pending' }]);
  });

  it('of streams carries the batches that it names, and no other', async () => {
    const ports = await createLoadedPorts([{ batch: first }, { batch: second }]);
    const run = { ...published, batches: [first] };
    expect(await finalizeFiles(ports, run, now)).toMatchObject({ toldBatches: [first] });
    expect(await listFiles(ports)).toMatchObject([{ status: 'published' }, { status: 'pending' }]);
  });
});

describe('files that were set aside as a whole, and columns that no contract names', () => {
  const oddities = { account: 'quarantined', newColumns: { gym_logins: ['color'] } } as const;
  const told = { quarantined: { gym_logins: 1 }, newColumns: { gym_logins: ['color'] } };
  const end = async (ports: FakePorts, run: RunRecord) => {
    const finalized = await finalizeFiles(ports, run, now);
    await recordRun(ports, run, finalized.toldBatches);
    return finalized;
  };

  it('are told of by dataset, once, by the first run that knows of them', async () => {
    const ports = await createLoadedPorts([
      { batch: first, ...oddities },
      { batch: second, account: 'quarantined', newColumns: { gym_logins: ['note'], bpm: ['mood'] } },
    ]);
    expect(await end(ports, createRun(1, 'blocked'))).toEqual({ ...told, toldBatches: [first] });
    expect(await end(ports, createRun(2, 'published', { release: 'r-2' }))).toEqual({
      quarantined: { gym_logins: 1 },
      newColumns: { gym_logins: ['note'], bpm: ['mood'] },
      toldBatches: [first, second],
    });
  });

  it('are told of by a later run that has read them, since the job of their own had failed', async () => {
    const ports = await createLoadedPorts([{ batch: first, ...oddities, isLoaded: false }, { batch: second }]);
    expect(await end(ports, createRun(1, 'failed'))).toEqual({ toldBatches: [] });
    const { texts } = await createLoadedPorts([{ batch: first, ...oddities }]);
    for (const [path, text] of texts) ports.texts.set(path, text);
    expect(await end(ports, createRun(2, 'published', { release: 'r-2' }))).toMatchObject(told);
  });

  it('are told of once by streams, however often their release has to wait', async () => {
    const ports = await createLoadedPorts([{ batch: first, ...oddities }, { batch: second }]);
    const waiting = createRun(3, 'blocked', { batches: [first] });
    expect(await end(ports, waiting)).toMatchObject(told);
    expect(await end(ports, { ...waiting, batches: [first, second] })).toEqual({ toldBatches: [first, second] });
    const { newColumns, quarantined } = await end(ports, { ...published, batches: [first, second] });
    expect([newColumns, quarantined]).toEqual([undefined, undefined]);
  });
});

describe('files that a person keeps out', () => {
  const excludeFirst = async (ports: FakePorts, reason: string) => {
    const file = (await ports.files.list({ path: `gym_logins/${first}` }, 1)).rows[0] as RegisteredFile;
    await excludeFile(ports, file, reason);
  };

  it('are those of a run that was cancelled, until somebody retries it', async () => {
    const ports = await createLoadedPorts([{ batch: first }]);
    await ports.files.markReloading(await readManifest(ports, first));
    await ports.pipelineControl.requestCancellation(first, 'Cancelled.');
    await finalizeFiles(ports, createRun(1, 'failed', { reason: 'Left.' }), now);
    expect(await listFiles(ports)).toMatchObject([{ status: 'excluded', reason: 'Cancelled.' }]);
  });

  it('are in no release that comes after the cancellation, also while somebody retries it', async () => {
    const ports = await createLoadedPorts([{ batch: first }, { batch: third }]);
    const cancelled = createRun(1, 'cancelled', { reason: 'Cancelled.' });
    await ports.runs.save(cancelled);
    await ports.files.markReloading(await readManifest(ports, first));
    await ports.pipelineControl.requestCancellation(first, 'Cancelled.');
    await excludeFirst(ports, 'Cancelled.');
    expect(await readmitCancelled(ports, first, 'Cancelled.')).toHaveLength(1);
    await finalizeFiles(ports, published, now);
    expect(await listFiles(ports)).toMatchObject([{ status: 'failed', reason: 'Cancelled.' }, { status: 'published' }]);
    expect(await ports.runs.get(first)).toEqual(cancelled);
    expect(await readmitCancelled(ports, first, 'Cancelled.')).toHaveLength(1);
  });

  it('are not those of an earlier release that a cancelled run has read again', async () => {
    const ports = await createLoadedPorts([{ batch: first }, { batch: third }]);
    const lines = await readManifest(ports, first);
    await ports.files.markReloading(lines);
    await ports.files.finalize(lines, new Map(), { status: 'published', release: 'r-0' });
    await ports.pipelineControl.requestCancellation(first, 'Cancelled.');
    const cancelled = createRun(1, 'failed', { reason: 'The run was cancelled: Cancelled.' });
    await ports.runs.save({ ...cancelled, outcome: 'cancelled' });
    await finalizeFiles(ports, cancelled, now);
    expect(await listFiles(ports)).toMatchObject([{ status: 'failed', release: 'r-0' }, { status: 'pending' }]);

    await finalizeFiles(ports, published, now);
    expect(await listFiles(ports)).toMatchObject([
      { status: 'published', release: 'r-3' },
      { status: 'published', release: 'r-3' },
    ]);
    expect(await ports.runs.get(first)).toMatchObject({ outcome: 'cancelled', release: 'r-3' });
  });

  it('are in no release, and their run is in none', async () => {
    const ports = await createLoadedPorts([{ batch: first }, { batch: third }]);
    await ports.runs.save(createRun(1, 'blocked'));
    await excludeFirst(ports, 'Wrong.');
    expect(await finalizeFiles(ports, published, now)).toMatchObject({ toldBatches: [first, third] });
    const [file] = await listFiles(ports);
    expect(file).toEqual({ batch: first, status: 'excluded', reason: 'Wrong.', release: undefined });
    expect(await ports.runs.get(first)).toEqual(createRun(1, 'blocked'));
  });
});

describe('the freshness of a release', () => {
  it('says when the files came through each layer, and how old they were', async () => {
    const toProgress = (layer: string, entry: object) => ({
      [`progress/${layer}/00000001.json`]: JSON.stringify({ layer, entries: [entry] }),
    });
    const silver = { at: '2026-01-01T00:00:02.000Z', read: { 'bronze.bpm': 4 }, versions: { 'silver.users': 2 } };
    const gold = { at: '2026-01-01T00:00:03.000Z', read: { 'silver.users': 2 }, versions: {} };
    const texts = { ...toProgress('silver', silver), ...toProgress('gold', gold) };
    const ports = await createLoadedPorts([{ batch: first, at: '2026-01-01T00:00:01.000Z' }], texts);

    const finalized = await finalizeFiles(ports, { ...published, batches: [first] }, now);
    expect(finalized.freshness).toEqual({ files: 1, samples: [[null, 1, 2, 3, 4]] });
    expect((await ports.files.list({}, 10)).rows).toMatchObject([
      { bronzeAt: '2026-01-01T00:00:01.000Z', silverAt: silver.at, goldAt: gold.at, publishedAt: now.toISOString() },
    ]);
  });

  it('is not known of a release without a file', async () => {
    const finalized = await finalizeFiles(await createLoadedPorts([]), { ...published, batches: [] }, now);
    expect(finalized).toEqual({ toldBatches: [] });
  });
});
