import { type BatchId, getBatchTime } from '../../medallion/files/manifest.ts';
import { limitBytes } from '../../medallion/files/queue.ts';
import type { Ports } from '../../medallion/ports/index.ts';

/** Whether files were registered since the batch got its name, so that more may be on their way. A full batch waits no longer. */
export async function isStillLanding(
  { queue, tuning }: Pick<Ports, 'queue' | 'tuning'>,
  batch: BatchId,
  maxFiles: number,
): Promise<boolean> {
  const waiting = await queue.next(maxFiles);
  const isFull =
    waiting.length >= maxFiles || limitBytes(waiting, tuning.batches.maxBytesPerBatch).length < waiting.length;
  const namedAt = getBatchTime(batch).getTime();
  return !isFull && waiting.some(({ registeredAt }) => Date.parse(registeredAt) > namedAt);
}
