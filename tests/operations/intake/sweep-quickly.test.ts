import { afterEach, describe, expect, it, vi } from 'vitest';
import type { BlobProperties, ListedPlace } from '../../../medallion/ports/lake.ts';
import { sweepQuickly } from '../../../operations/intake/sweep-quickly.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts, listPage } from '../../support/fake-ports.ts';

const now = new Date('2026-01-02T01:00:00Z');
const addMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const createBlob = (path: string, lastModified = '2026-01-02T00:50:00Z') =>
  getProperties(aFile(path, { lastModified }));

/** A landing zone whose files can be changed, and a list of the folders that were listed. */
function createLanding(...blobs: BlobProperties[]) {
  const datasets = [{ ...aLanding('bpm'), folders: 'yyyy/MM/dd' as const }, aLanding('gym_logins')];
  const ports = createFakePorts({ datasets });
  const landed = [...blobs];
  const folders = new Set<string>();
  const listLandedFiles = async (place: ListedPlace) => {
    folders.add(place.folder ?? '');
    return listPage(landed, place);
  };
  return { landed, folders, ports: { ...ports, lake: { ...createLake(ports.lake, landed), listLandedFiles } } };
}

const createLake = <Lake extends object>(lake: Lake, landed: readonly BlobProperties[]) => ({
  ...lake,
  getProperties: async (path: string) => landed.find((blob) => blob.path === path),
});

/** More than are listed at once. Their names come before those of files that land later. */
const createMany = (dataset: string, lastModified: string) =>
  Array.from({ length: 60_000 }, (_, index) =>
    createBlob(`${dataset}/0/${String(index).padStart(6, '0')}`, lastModified),
  );

describe('a quick sweep', () => {
  it('registers what has landed since the last one, and looks at nothing else in the table', async () => {
    const { landed, ports } = createLanding(createBlob('bpm/a'), createBlob('gym_logins/b'));
    expect(await sweepQuickly(ports, now)).toMatchObject({ looked: 2, missed: 2 });
    landed.push(createBlob('bpm/c', '2026-01-02T01:25:00Z'));
    ports.table.requests.length = 0;
    expect(await sweepQuickly(ports, addMinutes(30))).toMatchObject({ looked: 3, missed: 1 });
    expect(ports.table.requests.filter((request) => request === 'submitTransaction')).toHaveLength(1);
  });

  it('takes a file that it left alone the last time, as its writer was at work', async () => {
    const { ports } = createLanding(createBlob('bpm/a', '2026-01-02T00:59:59Z'));
    expect(await sweepQuickly(ports, now)).toMatchObject({ looked: 1, missed: 0 });
    expect(await sweepQuickly(ports, addMinutes(5))).toMatchObject({ looked: 1, missed: 1 });
  });

  it('looks once more at everything since the last one that did not fail', async () => {
    const { ports } = createLanding(createBlob('bpm/a'));
    const away = { ...ports.lake, getProperties: () => Promise.reject(new Error('HTTP 403.')) };
    expect(await sweepQuickly({ ...ports, lake: away }, now)).toMatchObject({ missed: 0, failed: 1 });
    expect(await sweepQuickly(ports, addMinutes(60))).toMatchObject({ missed: 1, failed: 0 });
  });

  it('keeps what it has seen when the list breaks off, and says so', async () => {
    const { ports } = createLanding(createBlob('bpm/a'));
    const listLandedFiles = async ({ after }: ListedPlace) => {
      if (after) throw new Error('Page 2 is away.');
      return { rows: [createBlob('bpm/a')], next: '2' };
    };
    expect(await sweepQuickly({ ...ports, lake: { ...ports.lake, listLandedFiles } }, now)).toMatchObject({
      looked: 1,
      missed: 1,
      failures: [{ subject: 'list of the landing zone', reason: 'Page 2 is away.' }],
    });
  });

  it('lists a landing zone with few files as a whole, and the datasets of one with many', async () => {
    const { folders, landed, ports } = createLanding(createBlob('gym_logins/a'), createBlob('stray.csv'));
    await ports.marks.set('quick-sweep', now.toISOString());
    expect(await sweepQuickly(ports, now)).toMatchObject({ looked: 2, missed: 1 });
    expect([...folders]).toEqual(['']);
    landed.push(...createMany('bpm', '2026-01-01T00:00:00Z'));
    landed.push(createBlob('gym_logins/b', '2026-01-02T01:01:00Z'));
    expect(await sweepQuickly(ports, addMinutes(5))).toMatchObject({ missed: 1 });
    expect([...folders]).toEqual(['', 'bpm', 'bpm/2026/01/02', 'bpm/2026/01/01', 'gym_logins']);
  });

  it('sees what has landed in a dataset with many files, if its folders are named after days', async () => {
    const { landed, ports } = createLanding(...createMany('bpm', '2026-01-01T00:00:00Z'));
    await ports.marks.set('quick-sweep', now.toISOString());
    landed.push(createBlob('bpm/2026/01/02/a', '2026-01-02T01:01:00Z'));
    expect(await sweepQuickly(ports, addMinutes(5))).toMatchObject({ missed: 1, failed: 0 });
  });
});

describe('a quick sweep of a slow storage', () => {
  /** Each page takes a minute. */
  function createSlow(blobs: readonly BlobProperties[]) {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { landed, ports } = createLanding();
    for (const blob of blobs) landed.push(blob);
    const listLandedFiles = async (place: ListedPlace) => {
      vi.advanceTimersByTime(60_000);
      return ports.lake.listLandedFiles(place);
    };
    return { ...ports, lake: { ...ports.lake, listLandedFiles } };
  }

  afterEach(() => void vi.useRealTimers());

  /** How many sweeps it takes until the start of the first one is that of the last one which ended well. */
  async function countSweeps(ports: ReturnType<typeof createSlow>): Promise<number> {
    for (let count = 1; count < 100; count++) {
      const before = performance.now();
      await sweepQuickly(ports, addMinutes(count * 5));
      expect(performance.now() - before).toBeLessThanOrEqual(300_000);
      if ((await ports.marks.find('quick-sweep')) === addMinutes(5).toISOString()) return count;
    }
    throw new Error('It never ended.');
  }

  it('ends in time, and the next ones go on there until all was looked at', async () => {
    const many = ['bpm', 'gym_logins'].flatMap((dataset) => createMany(dataset, '2026-01-01T00:00:00Z'));
    const ports = createSlow([...many, createBlob('bpm/2026/01/02/a'), createBlob('bpm/2026/01/01/b')]);
    await ports.marks.set('quick-sweep', now.toISOString());
    // 10 pages of the landing zone and of each dataset, and one of each day, of which each sweep lists 4.
    expect(await countSweeps(ports)).toBe(8);
    expect((await ports.files.list({}, 10)).rows).toHaveLength(2);
    expect(await ports.marks.find('quick-sweep-place')).toBeUndefined();
  });

  it('remembers that something could not be done in a part before', async () => {
    const ports = createSlow([createBlob('bpm/!'), ...createMany('bpm', '2026-01-01T00:00:00Z')]);
    await ports.marks.set('quick-sweep', now.toISOString());
    const away = { ...ports.files, register: () => Promise.reject(new Error('HTTP 403.')) };
    expect(await sweepQuickly({ ...ports, files: away }, addMinutes(5))).toMatchObject({ failed: 1 });
    let count = 2;
    while (await ports.marks.find('quick-sweep-place')) await sweepQuickly(ports, addMinutes(count++ * 5));
    expect(count).toBeGreaterThan(3);
    expect(await ports.marks.find('quick-sweep')).toBe(now.toISOString());
  });

  it('begins anew where its folder is no longer listed', async () => {
    const ports = createSlow([createBlob('bpm/a')]);
    const place = { began: now.toISOString(), folder: 'gone', listed: 0, hasFailed: false };
    await ports.marks.set('quick-sweep-place', JSON.stringify(place));
    expect(await sweepQuickly(ports, now)).toMatchObject({ looked: 1, missed: 1 });
  });
});
