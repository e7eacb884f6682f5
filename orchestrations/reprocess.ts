import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { BatchId } from '../medallion/files/manifest.ts';
import { PlanId } from '../medallion/reprocessing/plan.ts';
import { RunRecord } from '../medallion/runs/run.ts';
import { Tuning } from '../medallion/tuning.ts';
import { completePlan } from './activities/complete-plan.ts';
import { preparePlan } from './activities/prepare-plan.ts';
import { call } from './activity.ts';
import { logEvent } from './log-event.ts';

const Reprocessing = z.object({ plan: PlanId, batch: BatchId, tuning: Tuning });

/** Executes a saved plan as a run of its own, or rejects it if its inputs have changed since it was made. */
export function* reprocess(context: OrchestrationContext): Generator<Task, string, unknown> {
  const { batch, plan, tuning } = Reprocessing.parse(context.df.getInput());
  const prepared = yield* call(context, preparePlan, { plan, batch });
  if (prepared.kind === 'rejected') {
    logEvent(context, 'warn', 'plan.rejected', { plan, batch });
    return 'rejected';
  }
  const input = { ...prepared.run, batch, tuning, plan };
  const { outcome } = RunRecord.parse(yield context.df.callSubOrchestrator('runBatch', input, `run-${batch}`));
  yield* call(context, completePlan, { plan, outcome, batch });
  return outcome;
}
