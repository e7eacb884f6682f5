import { z } from 'zod';
import { Submission } from '../../medallion/job.ts';
import { Layer, Mode } from '../../medallion/layer.ts';
import { BatchId } from '../../medallion/manifest.ts';
import { activity } from '../activity.ts';

export const submitJob = activity({
  name: 'submitJob',
  input: z.object({ batch: BatchId, layer: Layer, attempt: z.int().positive(), mode: Mode.optional() }),
  output: Submission,
  perform: ({ jobs }, order) => jobs.submit(order),
});
