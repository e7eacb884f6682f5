import { describe, expect, it } from 'vitest';
import { createStrictTable } from '../../../emulators/table-storage/strict-table.ts';
import { exclusionPath } from '../../../medallion/files/decisions.ts';
import type { RegisteredFile } from '../../../medallion/files/file.ts';
import { manifestPath, parseManifest } from '../../../medallion/files/manifest.ts';
import { finishForming, isBatchFormed, writeManifest } from '../../../operations/intake/form-batch.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { registerFiles } from '../../support/register-files.ts';
import { batch, tuning } from '../../support/samples.ts';

const datasets = [aLanding('gym_logins'), aLanding('bpm')];
const a = { path: 'gym_logins/a' };
const b = { path: 'bpm/b' };

const readPaths = (ports: ReturnType<typeof createFakePorts>) =>
  parseManifest(ports.texts.get(manifestPath(batch)) ?? '').map(({ path }) => path);

describe('writeManifest', () => {
  it('writes what is pending, oldest first', async () => {
    const ports = createFakePorts({ datasets });
    const [first, second] = await registerFiles(ports, [a, b]);
    expect(await isBatchFormed(ports, batch)).toBe(false);
    expect(await writeManifest(ports, batch, 10)).toBe(true);
    expect(await isBatchFormed(ports, batch)).toBe(true);
    expect(parseManifest(ports.texts.get(manifestPath(batch)) ?? '')).toMatchObject([
      { batch, file: first?.file, dataset: 'gym_logins', replaces: null },
      { batch, file: second?.file, dataset: 'bpm', replaces: null },
    ]);
  });

  it('writes nothing when nothing is pending', async () => {
    const ports = createFakePorts({ datasets });
    expect(await writeManifest(ports, batch, 10)).toBe(false);
    expect(ports.texts.size).toBe(0);
  });

  it('takes no more than it may, mostly the newest, and leaves the rest in the queue', async () => {
    const ports = createFakePorts({ datasets });
    await registerFiles(
      ports,
      Array.from({ length: 20 }, (_, index) => ({ path: `bpm/${index}` })),
    );
    await writeManifest(ports, batch, 4);
    expect(readPaths(ports)).toEqual(['bpm/0', 'bpm/17', 'bpm/18', 'bpm/19']);
    await finishForming(ports, batch);
    expect(await ports.queue.count()).toBe(16);
  });

  it('takes files of so many bytes alone, however few they are, and leaves the rest in the queue', async () => {
    const ports = createFakePorts({
      datasets,
      tuning: { ...tuning, batches: { ...tuning.batches, maxBytesPerBatch: 10 } },
    });
    const files = Array.from({ length: 4 }, (_, index) => ({ path: `bpm/${index}`, length: 4 }));
    await registerFiles(ports, [...files, { path: 'gym_logins/large', length: 11 }]);

    const batches = [];
    while (await writeManifest(ports, batch, 10)) {
      batches.push(readPaths(ports));
      await finishForming(ports, batch);
      ports.texts.delete(manifestPath(batch));
    }

    expect(batches).toEqual([['bpm/0', 'bpm/3'], ['bpm/1', 'bpm/2'], ['gym_logins/large']]);
  });

  it('leaves out a content that has been overwritten since, and says so', async () => {
    const ports = createFakePorts({ datasets });
    const [older, newer] = await registerFiles(ports, [a, { ...a, etag: '0x2' }]);
    await writeManifest(ports, batch, 10);
    expect(parseManifest(ports.texts.get(manifestPath(batch)) ?? '')).toMatchObject([
      { file: newer?.file, replaces: older?.file },
    ]);
    expect(await ports.files.findById(older?.file ?? '')).toMatchObject({
      status: 'superseded',
      reason: 'A newer content of the same path landed before this one was loaded.',
    });
  });

  it('removes the rows of an excluded file first, and sees to it that bronze knows of the exclusion', async () => {
    const ports = createFakePorts({ datasets });
    const [file] = (await registerFiles(ports, [a, b])) as [RegisteredFile];
    await ports.files.exclude(file, 'Wrong.');
    await writeManifest(ports, batch, 10);
    const lines = parseManifest(ports.texts.get(manifestPath(batch)) ?? '');
    expect(lines.map(({ action, path }) => [path, action])).toEqual([
      [a.path, 'remove'],
      [b.path, undefined],
    ]);
    expect(ports.texts.has(exclusionPath(file))).toBe(true);
    await finishForming(ports, batch);
    expect(await ports.queue.next(10)).toEqual([]);
    expect(await ports.files.findById(file.file)).toMatchObject({ status: 'excluded' });
  });

  it('finds every file when the service gives empty pages', async () => {
    const ports = createFakePorts({ datasets, table: createStrictTable({ emptyPages: 3 }) });
    await registerFiles(ports, [a, b]);
    await writeManifest(ports, batch, 10);
    expect(readPaths(ports)).toEqual([a.path, b.path]);
  });
});

describe('finishForming', () => {
  it('takes the files out of the queue, and remembers that the batch is in no release yet', async () => {
    const ports = createFakePorts({ datasets });
    await registerFiles(ports, [a, b]);
    await writeManifest(ports, batch, 10);
    const formed = { batch, files: 2, datasets: ['bpm', 'gym_logins'] };
    expect(await finishForming(ports, batch)).toEqual(formed);
    expect(await ports.queue.count()).toBe(0);
    expect((await ports.files.list({ status: 'loading', batch }, 10)).rows).toHaveLength(2);
    expect(await ports.unreleasedBatches.list()).toEqual([formed]);
  });

  it('finishes what was left undone, and takes no file that landed since', async () => {
    const ports = createFakePorts({ datasets });
    await registerFiles(ports, [a]);
    await writeManifest(ports, batch, 10);
    await registerFiles(ports, [b]);
    const formed = await finishForming(ports, batch);
    expect(await finishForming(ports, batch)).toEqual(formed);
    expect((await ports.queue.next(10)).map(({ path }) => path)).toEqual([b.path]);
  });
});

describe('a batch out of a flood', () => {
  async function countRequests(pending: number): Promise<number> {
    const ports = createFakePorts({ datasets: [aLanding('bpm')] });
    await registerFiles(
      ports,
      Array.from({ length: pending }, (_, index) => ({ path: `bpm/${index}` })),
    );
    ports.table.requests.length = 0;
    await writeManifest(ports, batch, 50);
    expect(await finishForming(ports, batch)).toMatchObject({ files: 50 });
    return ports.table.requests.length;
  }

  it('costs as many requests as one out of a few files', async () => {
    const requests = await countRequests(10_000);
    expect(requests).toBeLessThan(10);
    expect(await countRequests(1_000)).toBe(requests);
  });
});
