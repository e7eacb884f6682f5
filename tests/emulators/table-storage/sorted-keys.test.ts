import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SortedKeys } from '../../../emulators/table-storage/sorted-keys.ts';

const key = fc.integer({ min: 0, max: 3000 }).map((number) => String(number).padStart(4, '0'));
const listFrom = (keys: Set<string>, start: string) => [...keys].filter((text) => text >= start).sort();

it('are those of a set that is sorted, whatever came and went', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.boolean()), { maxLength: 6000, size: 'max' }), key, (steps, start) => {
      const keys = new SortedKeys();
      const expected = new Set<string>();
      for (const [place, [text, isAdded]] of steps.entries()) {
        // Some keys have found their places before others come and go.
        if (place % 100 === 50) expect([...keys.from(start)]).toEqual(listFrom(expected, start));
        if (isAdded) {
          keys.add(text);
          expected.add(text);
        } else {
          keys.delete(text);
          expected.delete(text);
        }
      }
      expect([...keys.from(start)]).toEqual(listFrom(expected, start));
    }),
    { numRuns: 100 },
  );
});

it('stay in order when there are more than a chunk takes', () => {
  const keys = new SortedKeys();
  const texts = Array.from({ length: 5000 }, (_, index) => String((index * 7919) % 5000).padStart(4, '0'));
  for (const text of texts) keys.add(text);
  expect([...keys.from('')]).toEqual(texts.toSorted());
  for (const text of texts.slice(1)) keys.delete(text);
  expect([...keys.from('')]).toEqual(texts.slice(0, 1));
});
