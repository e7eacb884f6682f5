import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';

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

it('mapConcurrently holds no item for one that takes long', async () => {
  const gate = Promise.withResolvers<void>();
  let ended = 0;
  const map = async (value: number) => {
    if (value === 0) await gate.promise;
    ended++;
  };
  const all = mapConcurrently(
    Array.from({ length: 50 }, (_, index) => index),
    4,
    map,
  );
  await setImmediate();
  expect(ended).toBe(49);
  gate.resolve();
  await all;
});

it('mapConcurrently begins nothing more after an error, and throws it when all has ended', async () => {
  const gate = Promise.withResolvers<void>();
  const begun: number[] = [];
  let hasEnded = false;
  const map = async (value: number) => {
    begun.push(value);
    if (value === 1) throw new Error('Away.');
    await gate.promise;
    hasEnded = true;
  };
  const all = mapConcurrently([0, 1, 2, 3], 2, map);
  await setImmediate();
  expect(hasEnded).toBe(false);
  gate.resolve();
  await expect(all).rejects.toThrow('Away.');
  expect(hasEnded).toBe(true);
  expect(begun).toEqual([0, 1]);
});
