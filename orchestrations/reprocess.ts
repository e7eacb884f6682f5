import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { BatchId } from '../medallion/files/manifest.ts';
import { PlanId } from '../medallion/reprocessing/plan.ts';
import { RunRecord } from '../medallion/runs/run.ts';
import { closePlan } from './activities/close-plan.ts';
import { preparePlan } from './activities/prepare-plan.ts';
import { Pace } from './activities/read-pace.ts';
import { call } from './activity.ts';

const Reprocessing = z.object({ plan: PlanId, batch: BatchId, pace: Pace });

/** Executes a saved plan as a run of its own, or refuses if the ground has moved since it was made. */
export function* reprocess(context: OrchestrationContext): Generator<Task, string, unknown> {
  const { batch, pace, plan } = Reprocessing.parse(context.df.getInput());
  const prepared = yield* call(context, preparePlan, { plan, batch });
  if (prepared.kind === 'refused') return 'refused';
  const input = { ...prepared.run, batch, pace, plan };
  const { outcome } = RunRecord.parse(yield context.df.callSubOrchestrator('runBatch', input, `run-${batch}`));
  yield* call(context, closePlan, { plan, outcome });
  return outcome;
}
