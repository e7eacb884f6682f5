import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RegisteredFile, toFileId } from '../../../medallion/files/file.ts';
import { listNewestContents, selectFiles } from '../../../medallion/files/queue.ts';

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

describe('listNewestContents', () => {
  it('leaves out contents that were overwritten, whichever the queue shows first', () => {
    const old = createFile('bpm/a', '0x1', 1);
    const other = createFile('bpm/b', '0x1', 7);
    const newer = createFile('bpm/a', '0x2', 2);
    expect(listNewestContents([old, other, newer])).toEqual([other, newer]);
    expect(listNewestContents([newer, other, old])).toEqual([newer, other]);
  });
});
