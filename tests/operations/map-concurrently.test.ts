import { expect, it } from 'vitest';
import { mapConcurrently } from '../../operations/map-concurrently.ts';

it('mapConcurrently maps so many at a time, and answers in order', async () => {
  let running = 0;
  let maxRunning = 0;
  const double = async (value: number) => {
    running++;
    maxRunning = Math.max(maxRunning, running);
    for (let turn = 0; turn < 7 - (value % 7); turn++) await Promise.resolve();
    running--;
    return value * 2;
  };
  const values = Array.from({ length: 50 }, (_, index) => index);

  expect(await mapConcurrently(values, 4, double)).toEqual(values.map((value) => value * 2));
  expect(maxRunning).toBe(4);
  expect(await mapConcurrently([], 4, double)).toEqual([]);
});

it('mapConcurrently breaks off with the first error', async () => {
  const fail = async () => {
    throw new Error('Away.');
  };
  await expect(mapConcurrently([1, 2], 2, fail)).rejects.toThrow('Away.');
});
