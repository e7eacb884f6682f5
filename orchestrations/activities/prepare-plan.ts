import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { PlanId } from '../../medallion/reprocessing/plan.ts';
import { PrepareResult, preparePlan as prepare } from '../../operations/reprocessing/prepare-plan.ts';
import { activity } from '../activity.ts';

/** Makes a plan ready to run under a batch's name, or rejects it because its inputs have changed. */
export const preparePlan = activity({
  name: 'preparePlan',
  input: z.object({ plan: PlanId, batch: BatchId }),
  output: PrepareResult,
  run: prepare,
});
