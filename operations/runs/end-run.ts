import type { BatchId } from '../../medallion/files/manifest.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import type { Rejected } from '../rejected.ts';
import { excludeUnreleased, handOverRemovals } from './exclude-unreleased.ts';

/** A run may be retried or skipped if it ended without a release, and no later one has carried its files. */
export function rejectUnlessOpen({ batch, outcome, release }: RunRecord): Rejected | undefined {
  if (['blocked', 'failed', 'cancelled'].includes(outcome) && release === undefined) return undefined;
  const place = release ? ` and in release '${release}'` : '';
  const reason = `Run '${batch}' is ${outcome}${place}; there is nothing left to do about it.`;
  return { kind: 'rejected', code: 'conflict', reason };
}

/** A run of streams has no files of its own: the next one carries them all the same. */
export function rejectUnlessSkippable(run: RunRecord): Rejected | undefined {
  if (run.batches === undefined) return rejectUnlessOpen(run);
  const reason = `Run '${run.batch}' is a release of streams, which the next one takes up. Exclude files instead.`;
  return { kind: 'rejected', code: 'conflict', reason };
}

export function rejectUnlessRunning({ batch, outcome }: RunRecord): Rejected | undefined {
  if (outcome === 'running') return undefined;
  return { kind: 'rejected', code: 'conflict', reason: `Run '${batch}' has ended already: ${outcome}.` };
}

/**
 * Asks a run to end, and keeps its new files out. One that has ended by itself meanwhile may not have seen the request any
 * more, so its files are excluded here.
 */
export async function cancelRun(
  ports: Pick<Ports, 'files' | 'lake' | 'pipelineControl' | 'runs'>,
  batch: BatchId,
  cancellation: string,
): Promise<void> {
  await ports.pipelineControl.requestCancellation(batch, cancellation);
  const run = await ports.runs.get(batch);
  if (run !== undefined && run.outcome !== 'running' && run.release === undefined)
    await excludeUnreleased(ports, batch, cancellation);
}

/**
 * Gives a run up, and excludes its files that are in no release. What it was to remove is left to the next batch. Answers
 * with how many files are excluded.
 */
export async function skipRun(
  ports: Pick<Ports, 'files' | 'lake' | 'runs' | 'unreleasedBatches'>,
  batch: BatchId,
  reason: string,
): Promise<number> {
  const files = await excludeUnreleased(ports, batch, reason);
  await handOverRemovals(ports, batch);
  await ports.runs.update(batch, (run) => ({ ...run, outcome: 'skipped', reason }));
  return files;
}
