import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { Layer, Mode } from '../../medallion/layer.ts';
import { Submission } from '../../medallion/runs/job.ts';
import { activity } from '../activity.ts';

/** Starts a layer's job, unless somebody has cancelled the run meanwhile. */
export const submitJob = activity({
  name: 'submitJob',
  input: z.object({ batch: BatchId, layer: Layer, attempt: z.int().positive(), mode: Mode.optional() }),
  output: Submission,
  run: async ({ jobs, pipelineControl, tableDefinitions }, order) => {
    const reason = await pipelineControl.findCancellation(order.batch);
    if (reason !== undefined) return { kind: 'rejected' as const, reason };
    return jobs.submit({ ...order, generation: await tableDefinitions.getGeneration(order.layer) });
  },
});
