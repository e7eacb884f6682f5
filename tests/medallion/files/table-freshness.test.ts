import { describe, expect, it } from 'vitest';
import type { BatchId } from '../../../medallion/files/manifest.ts';
import { getTableFreshness } from '../../../medallion/files/table-freshness.ts';
import type { Verdict, Violation } from '../../../medallion/quality/verdict.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { createRun, toBatch, toTime } from '../../support/batches.ts';

const promise = { table: 'gold.a', promiseSeconds: 600 };
const now = new Date(toTime(600));
const noBatches: ReadonlySet<BatchId> = new Set();
const passed = { rules: 1, evaluated: 1, fingerprint: 'f' };

/** A release of files that were so many seconds old when it was published. */
const createRelease = (minute: number, ...ages: number[]): RunRecord =>
  createRun(minute, 'published', {
    release: `r-${minute}`,
    freshness: { files: ages.length, samples: ages.map((age) => [1, 2, 3, 4, age]) },
  });

function retaining(run: RunRecord, table: string): RunRecord {
  const violation: Violation = { rule: 'r', table, action: 'block', reason: 'Wrong.', blocks: [table] };
  const verdict = { ...passed, outcome: 'warned', violations: [violation] } satisfies Verdict;
  return { ...run, layers: [{ layer: 'gold', jobRuns: [], outcome: 'passed', startedAt: run.startedAt, verdict }] };
}

describe('the freshness of a table', () => {
  it('is that of the files of its releases', () => {
    const runs = [createRelease(500, 100, 200), createRelease(400, 300, 900)];
    expect(getTableFreshness(promise, runs, noBatches, now)).toEqual({
      ...promise,
      releaseAgeSeconds: 99 * 60,
      files: 4,
      p50: 200,
      p95: 900,
      p99: 900,
      inTimeShare: 0.75,
      budgetLeft: expect.closeTo(-24),
      isBurning: false,
    });
  });

  it('has all that may be late left when nothing was', () => {
    const freshness = getTableFreshness(promise, [createRelease(500, 100)], noBatches, now);
    expect(freshness).toMatchObject({ inTimeShare: 1, budgetLeft: 1 });
    expect(getTableFreshness(promise, [], noBatches, now)).toMatchObject({ files: 0, inTimeShare: 1, budgetLeft: 1 });
  });

  it('counts the files of a release that left the table as it was from when a later one moved it', () => {
    const held = retaining(createRelease(400, 100), 'gold.a');
    const moved = [createRelease(500, 100), held];
    expect(getTableFreshness(promise, moved, noBatches, now)).toMatchObject({
      files: 2,
      p50: 100,
      p99: 100 + 100 * 60,
    });
    expect(getTableFreshness({ ...promise, table: 'gold.b' }, moved, noBatches, now)).toMatchObject({ p99: 100 });
    expect(getTableFreshness(promise, [held], noBatches, now)).toMatchObject({ p99: 100 + 199 * 60, files: 1 });
    expect(getTableFreshness(promise, [held], noBatches, now)).not.toHaveProperty('releaseAgeSeconds');
  });

  it('is not refreshed by a run that was blocked, whose files wait', () => {
    const blocked = createRun(580, 'blocked', { files: 3 });
    const runs = [blocked, createRelease(500, 100)];
    const unreleased = new Set([blocked.batch]);
    expect(getTableFreshness(promise, runs, unreleased, now)).toMatchObject({
      releaseAgeSeconds: 99 * 60,
      files: 4,
      p99: 20 * 60,
      inTimeShare: 0.25,
    });
    const carried = [{ ...blocked, release: 'r-590' }, createRelease(500, 100)];
    expect(getTableFreshness(promise, carried, unreleased, now)).toMatchObject({ files: 1, inTimeShare: 1 });
  });

  it('is not spoilt by a run whose batch a release has closed without a file of it', () => {
    const runs = [createRelease(590, 100), createRun(580, 'blocked', { files: 3 })];
    expect(getTableFreshness(promise, runs, noBatches, now)).toMatchObject({ files: 1, isBurning: false });
    const unreleased = new Set([toBatch(579)]);
    expect(getTableFreshness(promise, runs, unreleased, now)).toMatchObject({ files: 1, isBurning: false });
  });

  it('counts a release of streams that was blocked while one of its batches waits', () => {
    const batches = [toBatch(570), toBatch(575)];
    const runs = [createRelease(590, 100), createRun(580, 'blocked', { files: 3, batches })];
    const getFiles = (unreleased: readonly BatchId[]) =>
      getTableFreshness(promise, runs, new Set(unreleased), now).files;
    expect([getFiles(batches), getFiles(batches.slice(1)), getFiles([])]).toEqual([4, 4, 1]);
  });

  it('forgets what is older than 28 days', () => {
    const later = new Date(Date.parse(toTime(500)) + 29 * 86_400_000);
    expect(getTableFreshness(promise, [createRelease(500, 900)], noBatches, later)).toMatchObject({
      files: 0,
      budgetLeft: 1,
    });
  });
});

describe('an objective', () => {
  const isBurning = (...runs: RunRecord[]) => getTableFreshness(promise, runs, noBatches, now).isBurning;

  it('burns while files are too late, and no longer when they have been in time for half an hour', () => {
    expect(isBurning(createRelease(590, 900))).toBe(true);
    expect(isBurning(createRelease(590, 100), createRelease(560, 900))).toBe(false);
    expect(isBurning(createRelease(590, 100))).toBe(false);
  });

  it('burns slowly over six hours, and not for one file that was late long ago', () => {
    const inTime = Array.from({ length: 10 }, () => 100);
    expect(isBurning(createRelease(590, ...inTime, 900), createRelease(400, ...inTime))).toBe(false);
    expect(isBurning(createRelease(590, ...inTime, 900), createRelease(400, ...inTime, 900, 900))).toBe(true);
    expect(isBurning(createRelease(100, 900))).toBe(false);
  });
});
