import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RegisteredFile, toFileId } from '../../../medallion/files/file.ts';
import { selectFiles, splitByNewest } from '../../../medallion/files/queue.ts';

const waiting = (path: string, etag = '0x1'): RegisteredFile => ({
  path,
  etag,
  file: toFileId({ path, etag }),
  length: 5,
  lastModified: '2026-01-01T00:00:00Z',
  dataset: 'bpm',
  status: 'pending',
  registeredAt: '2026-01-01T00:00:00Z',
});
const many = (count: number) => Array.from({ length: count }, (_, at) => waiting(`bpm/${at}`));

describe('chosenFrom', () => {
  it('takes all that wait, in the order of their arrival, if they are few', () => {
    expect(selectFiles(many(4), 4)).toEqual(many(4));
  });

  it('takes mostly the newest of a flood, so that what lands now does not wait for history', () => {
    expect(selectFiles(many(1000), 8).map(({ path }) => path)).toEqual(
      [0, 1, 994, 995, 996, 997, 998, 999].map((at) => `bpm/${at}`),
    );
  });

  it('comes to the end of every flood, however much lands meanwhile', () => {
    const history = many(50);
    let [queue, loaded] = [history, new Set<string>()];
    for (let round = 0; round < 30; round++) {
      const taken = selectFiles(queue, 8);
      loaded = new Set([...loaded, ...taken.map(({ path }) => path)]);
      const landed = Array.from({ length: 8 }, (_, at) => waiting(`bpm/new-${round}-${at}`));
      queue = [...queue.filter((file) => !taken.includes(file)), ...landed];
    }
    expect(history.filter(({ path }) => !loaded.has(path))).toEqual([]);
  });

  it('never takes a file twice, nor more than it may', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 40 }), (count, most) => {
        const taken = selectFiles(many(count), most);
        expect(taken.length).toBe(Math.min(count, most));
        expect(new Set(taken.map(({ file }) => file)).size).toBe(taken.length);
      }),
    );
  });
});

describe('newestPerPath', () => {
  it('tells the contents that can still be read from those that were overwritten', () => {
    const [old, other, newer] = [waiting('bpm/a', '0x1'), waiting('bpm/b'), waiting('bpm/a', '0x2')];
    expect(splitByNewest([old, other, newer])).toEqual({ newest: [other, newer], outdated: [old] });
  });
});
