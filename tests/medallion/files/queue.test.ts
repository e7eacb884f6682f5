import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RegisteredFile, toFileId } from '../../../medallion/files/file.ts';
import { limitBytes, listNewestContents, selectFiles, shareOut } from '../../../medallion/files/queue.ts';

const createFile = (path: string, etag = '0x1', sequence = 1): RegisteredFile => ({
  path,
  etag,
  file: toFileId({ path, etag }),
  length: 5,
  lastModified: '2026-01-01T00:00:00Z',
  dataset: 'bpm',
  status: 'pending',
  registeredAt: '2026-01-01T00:00:00Z',
  sequence,
});
const createFiles = (count: number) => Array.from({ length: count }, (_, index) => createFile(`bpm/${index}`));

describe('selectFiles', () => {
  it('takes all that wait, in the order of their arrival, if they are few', () => {
    expect(selectFiles(createFiles(4), 4)).toEqual(createFiles(4));
  });

  it('takes mostly the newest of a flood, so that what lands now does not wait for history', () => {
    expect(selectFiles(createFiles(1000), 8).map(({ path }) => path)).toEqual(
      [0, 1, 994, 995, 996, 997, 998, 999].map((index) => `bpm/${index}`),
    );
  });

  it('comes to the end of every flood, however much lands meanwhile', () => {
    const history = createFiles(50);
    let queue = history;
    let loaded = new Set<string>();
    for (let round = 0; round < 30; round++) {
      const taken = selectFiles(queue, 8);
      loaded = new Set([...loaded, ...taken.map(({ path }) => path)]);
      const landed = Array.from({ length: 8 }, (_, index) => createFile(`bpm/new-${round}-${index}`));
      queue = [...queue.filter((file) => !taken.includes(file)), ...landed];
    }
    expect(history.filter(({ path }) => !loaded.has(path))).toEqual([]);
  });

  it('never takes a file twice, nor more than it may', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 40 }), (count, max) => {
        const taken = selectFiles(createFiles(count), max);
        expect(taken.length).toBe(Math.min(count, max));
        expect(new Set(taken.map(({ file }) => file)).size).toBe(taken.length);
      }),
    );
  });
});

describe('shareOut', () => {
  const share = (counts: Record<string, number>, max: number) => {
    const reads: number[] = [];
    const files = shareOut(Object.keys(counts), max, async (dataset, count) => {
      reads.push(count);
      const all = Array.from({ length: counts[dataset] ?? 0 }, (_, index) => ({
        ...createFile(`${dataset}/${index}`),
        dataset,
        lastModified: new Date(index * 1000).toISOString(),
      }));
      return [...new Set([...all.slice(0, count), ...all.slice(-count)])];
    });
    return files.then((chosen) => ({ chosen, reads }));
  };
  const count = async (counts: Record<string, number>, max: number) => {
    const { chosen } = await share(counts, max);
    return Object.fromEntries(
      Object.keys(counts).map((name) => [name, chosen.filter(({ dataset }) => dataset === name).length]),
    );
  };

  it('gives each dataset as much, and what one does not need to the others', async () => {
    expect(await count({ a: 100, b: 100 }, 10)).toEqual({ a: 5, b: 5 });
    expect(await count({ a: 100, b: 2, c: 0 }, 10)).toEqual({ a: 8, b: 2, c: 0 });
    expect(await count({ a: 3, b: 2 }, 10)).toEqual({ a: 3, b: 2 });
  });

  it('gives the oldest of all, if there are fewer places than datasets', async () => {
    const { chosen } = await share({ a: 2, b: 2, c: 2 }, 2);
    expect(chosen.map(({ lastModified }) => lastModified)).toEqual(Array.from({ length: 2 }, () => expect.any(String)));
  });

  it('fills every batch as far as there are files, and reads no more than it needs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(40), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 6, max: 30 }),
        async (sizes, max) => {
          const counts = Object.fromEntries(sizes.map((size, index) => [`d${index}`, size]));
          const { chosen, reads } = await share(counts, max);
          const waiting = sizes.reduce((sum, size) => sum + size, 0);
          // What cannot be divided stays for the next batch.
          expect(chosen.length).toBeGreaterThan(Math.min(max, waiting) - sizes.length);
          expect(chosen.length).toBeLessThanOrEqual(max);
          expect(new Set(chosen.map(({ file }) => file)).size).toBe(chosen.length);
          expect(Math.max(...reads)).toBeLessThanOrEqual(max + 1);
        },
      ),
    );
  });
});

describe('limitBytes', () => {
  const ofBytes = (dataset: string, lengths: readonly number[]): RegisteredFile[] =>
    lengths.map((length, index) => ({ ...createFile(`${dataset}/${index}`), dataset, length }));
  const listPaths = (files: readonly RegisteredFile[], maxBytes: number) =>
    limitBytes(files, maxBytes).map(({ path }) => path);

  it('takes all if they are small enough, in their order', () => {
    const files = ofBytes('bpm', [1, 2, 3]);
    expect(limitBytes(files, 6)).toEqual(files);
    expect(limitBytes([], 6)).toEqual([]);
  });

  it('takes the oldest and mostly the newest, so that history and what lands now do not wait for each other', () => {
    const files = ofBytes(
      'bpm',
      Array.from({ length: 20 }, () => 1),
    );
    expect(listPaths(files, 5)).toEqual([0, 1, 17, 18, 19].map((index) => `bpm/${index}`));
  });

  it('lets datasets take turns', () => {
    const files = [...ofBytes('bpm', [4, 4, 4, 4]), ...ofBytes('gym', [1, 1])];
    expect(listPaths(files, 10)).toEqual(['bpm/0', 'bpm/3', 'gym/0', 'gym/1']);
  });

  it('passes over what is too large for the rest, and takes it alone when it is the oldest', () => {
    expect(listPaths([...ofBytes('bpm', [1]), ...ofBytes('gym', [9]), ...ofBytes('csv', [2])], 8)).toEqual([
      'bpm/0',
      'csv/0',
    ]);
    expect(listPaths([...ofBytes('gym', [9]), ...ofBytes('csv', [2])], 8)).toEqual(['gym/0']);
  });

  it('counts no bytes of files whose rows are to be removed, as nothing is read of them', () => {
    const removal: RegisteredFile = { ...createFile('bpm/removed'), status: 'excluded', length: 100 };
    expect(listPaths([removal, ...ofBytes('gym', [9, 9])], 10)).toEqual(['bpm/removed', 'gym/0']);
  });

  it('always takes the oldest that has to be read, and no more bytes than it may unless that is alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3), fc.nat(20)), { minLength: 1 }),
        fc.integer({ min: 1, max: 30 }),
        (some, max) => {
          const files = some.map(([group, length], index) => ({
            ...createFile(`d${group}/${index}`),
            dataset: `d${group}`,
            length,
          }));
          const taken = limitBytes(files, max);
          expect(taken[0]).toBe(files[0]);
          const read = taken.filter(({ length }) => length > 0);
          const bytes = read.reduce((sum, { length }) => sum + length, 0);
          expect(bytes <= max || read.length === 1).toBe(true);
        },
      ),
    );
  });
});

describe('listNewestContents', () => {
  it('leaves out contents that were overwritten, whichever the queue shows first', () => {
    const old = createFile('bpm/a', '0x1', 1);
    const other = createFile('bpm/b', '0x1', 7);
    const newer = createFile('bpm/a', '0x2', 2);
    expect(listNewestContents([old, other, newer])).toEqual([other, newer]);
    expect(listNewestContents([newer, other, old])).toEqual([newer, other]);
  });

  it('keeps excluded ones, of which nothing is read, and does not count them', () => {
    const excluded: RegisteredFile = { ...createFile('bpm/a', '0x2', 2), status: 'excluded' };
    const old = createFile('bpm/a', '0x1', 1);
    expect(listNewestContents([excluded, old])).toEqual([excluded, old]);
  });
});
