import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SortedKeys } from '../../../emulators/table-storage/sorted-keys.ts';

const key = fc.integer({ min: 0, max: 3000 }).map((number) => String(number).padStart(4, '0'));

it('are those of a set that is sorted, whatever came and went', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.boolean()), { maxLength: 6000, size: 'max' }), key, (steps, start) => {
      const keys = new SortedKeys();
      const expected = new Set<string>();
      for (const [text, isAdded] of steps) {
        if (isAdded) {
          keys.add(text);
          expected.add(text);
        } else {
          keys.delete(text);
          expected.delete(text);
        }
      }
      expect([...keys.from(start)]).toEqual([...expected].filter((text) => text >= start).sort());
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
