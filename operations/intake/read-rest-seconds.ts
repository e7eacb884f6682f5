import { type BatchId, getBatchTime } from '../../medallion/files/manifest.ts';
import type { Ports } from '../../medallion/ports/index.ts';

/** How long files have to wait for their run. A trickle of files would compute all day otherwise, and be paid for. */
export async function readRestSeconds(
  { queue, runs, tuning }: Pick<Ports, 'queue' | 'runs' | 'tuning'>,
  batch: BatchId,
): Promise<number> {
  const { minSecondsBetweenRuns } = tuning.batches;
  const [newest] = minSecondsBetweenRuns > 0 ? (await runs.list(1)).rows : [];
  if (newest === undefined) return 0;
  const sinceSeconds = (getBatchTime(batch).getTime() - getBatchTime(newest.batch).getTime()) / 1000;
  if (sinceSeconds >= minSecondsBetweenRuns || (await queue.next(1)).length === 0) return 0;
  return minSecondsBetweenRuns - sinceSeconds;
}
