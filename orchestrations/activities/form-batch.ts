import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { chooseNextWork, NextWork } from '../../operations/intake/choose-next-work.ts';
import { activity } from '../activity.ts';

/** Chooses what the pipeline does next, and forms a batch of what is pending if that is it. */
export const formBatch = activity({
  name: 'formBatch',
  input: z.object({
    batch: BatchId,
    maxFiles: z.int().positive(),
    maxInFlight: z.int().positive().optional(),
    isPatient: z.boolean().optional(),
  }),
  output: NextWork,
  run: chooseNextWork,
});
