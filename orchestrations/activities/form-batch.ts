import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { PlanId } from '../../medallion/reprocessing/plan.ts';
import { chooseNextWork } from '../../operations/intake/choose-next-work.ts';
import { activity } from '../activity.ts';

export const NextWork = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('empty') }),
  z.object({ kind: z.literal('full') }),
  z.object({ kind: z.literal('closed'), reason: z.string() }),
  z.object({ kind: z.literal('planned'), plan: PlanId }),
  z.object({ kind: z.enum(['formed', 'left']), batch: BatchId, files: z.int(), datasets: z.array(z.string()) }),
]);

/** Chooses what the pipeline does next, and forms a batch of what is pending if that is it. */
export const formBatch = activity({
  name: 'formBatch',
  input: z.object({ batch: BatchId, maxFiles: z.int().positive(), maxInFlight: z.int().positive().optional() }),
  output: NextWork,
  run: (ports, limits) => chooseNextWork(ports, limits),
});
