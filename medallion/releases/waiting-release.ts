import { z } from 'zod';
import { BatchId } from '../files/manifest.ts';

/** A release of streams that could not be published keeps its run, until what is wrong with it has healed. */
export const WaitingRelease = z.object({
  batch: BatchId,
  startedAt: z.string(),
  reason: z.string(),
  batches: z.int(),
});
export type WaitingRelease = z.infer<typeof WaitingRelease>;
