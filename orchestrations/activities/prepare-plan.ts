import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { Layer, Versions } from '../../medallion/layer.ts';
import { PlanId } from '../../medallion/reprocessing/plan.ts';
import { preparePlan as prepare } from '../../operations/reprocessing/prepare-plan.ts';
import { activity } from '../activity.ts';

const PlannedRun = z.object({
  files: z.int(),
  datasets: z.array(z.string()),
  layers: z.array(Layer),
  upstreamVersions: Versions,
  retainedTables: z.array(z.string()),
  rebuilt: z.array(z.string()),
});

/** Makes a plan ready to run under a batch's name, or rejects it because its inputs have changed. */
export const preparePlan = activity({
  name: 'preparePlan',
  input: z.object({ plan: PlanId, batch: BatchId }),
  output: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('rejected') }),
    z.object({ kind: z.literal('prepared'), run: PlannedRun }),
  ]),
  run: (ports, { batch, plan }) => prepare(ports, plan, batch),
});
