import { z } from 'zod';
import type { TableContract } from '../contracts/contract.ts';
import { listRetainedTables } from '../quality/verdict.ts';
import type { RunRecord } from '../runs/run.ts';
import { getQuantile, type WeightedSeconds } from './freshness.ts';
import type { BatchId } from './manifest.ts';

/** This share of the files of so many days has to be published within what a contract promises. */
const objective = { share: 0.99, days: 28 };

/**
 * So many times faster than planned may the files that are too late be used up. Both spans have to say so: the long one
 * that it matters, the short one that it goes on. A sweep is at most 30 minutes away, so no span may be shorter.
 */
const burnLimits = [
  { longMinutes: 60, shortMinutes: 30, rate: 14.4 },
  { longMinutes: 360, shortMinutes: 30, rate: 6 },
];

/** How long files took from landing until readers saw them in one table. */
export const TableFreshness = z.object({
  table: z.string(),
  promiseSeconds: z.number(),
  /** Since the last release that changed what readers see of the table. */
  releaseAgeSeconds: z.number().optional(),
  files: z.int(),
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  /** The share of the files that came in time. */
  inTimeShare: z.number(),
  /** What is left of the files that may be too late: 1 is all, and below 0 the objective is missed. */
  budgetLeft: z.number(),
  isBurning: z.boolean(),
});
export type TableFreshness = z.infer<typeof TableFreshness>;

interface Arrival extends WeightedSeconds {
  readonly at: number;
}

export interface FreshnessPromise {
  readonly table: string;
  readonly promiseSeconds: number;
}

/** What the contracts of the published tables promise. */
export const listPromises = (tables: readonly TableContract[]): FreshnessPromise[] =>
  tables.flatMap(({ freshness, layer, table }) =>
    layer === 'gold' && freshness ? [{ table, promiseSeconds: freshness.minutes * 60 }] : [],
  );

/**
 * Runs are newest first. Files of a run that brought readers nothing are as old as they are now, at least, while one
 * of its batches is in no release.
 */
export function getTableFreshness(
  { promiseSeconds, table }: FreshnessPromise,
  runs: readonly RunRecord[],
  unreleased: ReadonlySet<BatchId>,
  now: Date,
): TableFreshness {
  const sincePromise = now.getTime() - objective.days * 86_400_000;
  const arrivals = listArrivals(table, runs, unreleased, now).filter(({ at }) => at >= sincePromise);
  const lastMove = runs.find((run) => isMoved(run, table))?.endedAt;
  const late = getLateShare(arrivals, promiseSeconds);
  return {
    table,
    promiseSeconds,
    ...(lastMove ? { releaseAgeSeconds: Math.round((now.getTime() - Date.parse(lastMove)) / 1000) } : {}),
    files: Math.round(sumWeights(arrivals)),
    p50: getQuantile(arrivals, 0.5),
    p95: getQuantile(arrivals, 0.95),
    p99: getQuantile(arrivals, 0.99),
    inTimeShare: 1 - late,
    budgetLeft: 1 - late / (1 - objective.share),
    isBurning: isBurning(arrivals, promiseSeconds, now),
  };
}

/** When files came to a table: with their release, or with a later one if theirs left the table as it was. */
function listArrivals(
  table: string,
  runs: readonly RunRecord[],
  unreleased: ReadonlySet<BatchId>,
  now: Date,
): Arrival[] {
  let reachedAt = now.getTime();
  return runs.flatMap((run) => {
    if (run.outcome !== 'published') return isWaiting(run, unreleased) ? [toWaiting(run, now)] : [];
    const endedAt = Date.parse(run.endedAt ?? run.startedAt);
    if (isMoved(run, table)) reachedAt = endedAt;
    const { files, samples } = run.freshness ?? { files: 0, samples: [] };
    return samples.map((sample) => ({
      at: reachedAt,
      seconds: (sample.at(-1) ?? 0) + (reachedAt - endedAt) / 1000,
      weight: files / samples.length,
    }));
  });
}

/**
 * A run that was blocked or failed, and whose batches no later release has closed. Not every release enters itself into
 * such a run: one that found no file of it to load does not, and nor does one that took over batches of a stream.
 */
function isWaiting(run: RunRecord, unreleased: ReadonlySet<BatchId>): boolean {
  const { batch, batches = [batch], files, outcome, release } = run;
  const isOpen = (outcome === 'blocked' || outcome === 'failed') && release === undefined && files > 0;
  return isOpen && batches.some((other) => unreleased.has(other));
}

function toWaiting({ files, startedAt }: RunRecord, now: Date): Arrival {
  const at = now.getTime();
  return { at, seconds: (at - Date.parse(startedAt)) / 1000, weight: files };
}

const isMoved = ({ layers, outcome }: RunRecord, table: string): boolean =>
  outcome === 'published' && !layers.some(({ verdict }) => verdict && listRetainedTables(verdict).includes(table));

const sumWeights = (arrivals: readonly Arrival[]) => arrivals.reduce((sum, { weight }) => sum + weight, 0);

function getLateShare(arrivals: readonly Arrival[], promiseSeconds: number): number {
  const late = arrivals.filter(({ seconds }) => seconds > promiseSeconds);
  return arrivals.length === 0 ? 0 : sumWeights(late) / sumWeights(arrivals);
}

function isBurning(arrivals: readonly Arrival[], promiseSeconds: number, now: Date): boolean {
  const getRate = (minutes: number) => {
    const recent = arrivals.filter(({ at }) => at > now.getTime() - minutes * 60_000);
    return getLateShare(recent, promiseSeconds) / (1 - objective.share);
  };
  return burnLimits.some(
    ({ longMinutes, rate, shortMinutes }) => getRate(longMinutes) > rate && getRate(shortMinutes) > rate,
  );
}
