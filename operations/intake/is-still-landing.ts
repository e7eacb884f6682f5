import { type BatchId, getBatchTime } from '../../medallion/files/manifest.ts';
import type { Ports } from '../../medallion/ports/index.ts';

/** Whether files were registered since the batch got its name, so that more may be on their way. A full batch waits no longer. */
export async function isStillLanding(
  { queue }: Pick<Ports, 'queue'>,
  batch: BatchId,
  maxFiles: number,
): Promise<boolean> {
  const waiting = await queue.next(maxFiles);
  const namedAt = getBatchTime(batch).getTime();
  return waiting.length < maxFiles && waiting.some(({ registeredAt }) => Date.parse(registeredAt) > namedAt);
}
