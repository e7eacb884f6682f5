import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { PlanId, toEnded } from '../../medallion/reprocessing/plan.ts';
import { RunOutcome } from '../../medallion/runs/run.ts';
import { activity } from '../activity.ts';

/** Writes down how a run of a plan ended. A plan that takes several runs waits for the next one. */
export const completePlan = activity({
  name: 'completePlan',
  input: z.object({ plan: PlanId, outcome: RunOutcome, batch: BatchId }),
  output: z.unknown(),
  run: async ({ plans }, { batch, outcome, plan }) => {
    // An activity may be done twice, and the second time late.
    await plans.updateExecution(plan, (execution) =>
      execution.batch === batch && execution.state === 'running' ? toEnded(execution, outcome) : undefined,
    );
  },
});
