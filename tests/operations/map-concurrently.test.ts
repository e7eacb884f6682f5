import { expect, it } from 'vitest';
import { mapConcurrently } from '../../operations/map-concurrently.ts';

it('pooled asks so many at a time, and answers in order', async () => {
  let now = 0;
  let most = 0;
  const ask = async (each: number) => {
    now++;
    most = Math.max(most, now);
    for (let turn = 0; turn < 7 - (each % 7); turn++) await Promise.resolve();
    now--;
    return each * 2;
  };
  const many = Array.from({ length: 50 }, (_, at) => at);

  expect(await mapConcurrently(many, 4, ask)).toEqual(many.map((each) => each * 2));
  expect(most).toBe(4);
});

it('pooled breaks off with the first error', async () => {
  const ask = async () => {
    throw new Error('Away.');
  };
  await expect(mapConcurrently([1, 2], 2, ask)).rejects.toThrow('Away.');
});
