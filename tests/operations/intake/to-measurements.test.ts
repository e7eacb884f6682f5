import { expect, it } from 'vitest';
import { toMeasurements } from '../../../operations/intake/to-measurements.ts';

it('a sweep is told in numbers, by dataset and table, and without what is not known', () => {
  const operator = { state: 'halted', pendingFiles: 2, isPlanQueued: false, runningRuns: 0, isStuck: false } as const;
  const vitals = {
    operator,
    datasets: [{ dataset: 'bpm', pendingFiles: 2, oldestPendingSeconds: 90 }],
    tables: [
      { table: 'gold.a', promiseSeconds: 900, releaseAgeSeconds: 60, isBurning: false },
      { table: 'gold.b', promiseSeconds: 900, isBurning: false },
    ],
  };
  const measurements = toMeasurements(vitals, { missed: 1, failed: 0 });
  const values = measurements.map(({ attributes = {}, name, value }) => [name, ...Object.values(attributes), value]);
  expect(values).toEqual([
    ['sweep.heartbeat', 1],
    ['sweep.missed', 1],
    ['sweep.failed', 0],
    ['pipeline.state', 2],
    ['files.pending', 'bpm', 2],
    ['files.oldest_pending', 'bpm', 90],
    ['release.age', 'gold.a', 60],
  ]);
  const maintenance = { ageSeconds: 7, erasedLines: 0, waitingTables: 0, overdueErasures: 0 };
  expect(toMeasurements({ ...vitals, maintenance }, { missed: 0, failed: 0 }).at(-1)).toMatchObject({
    name: 'maintenance.age',
    value: 7,
  });
});
