import { z } from 'zod';
import { PlanId } from '../../medallion/reprocessing/plan.ts';
import { RunOutcome } from '../../medallion/runs/run.ts';
import { activity } from '../activity.ts';

/** Writes down how the execution of a plan ended. */
export const completePlan = activity({
  name: 'completePlan',
  input: z.object({ plan: PlanId, outcome: RunOutcome }),
  output: z.unknown(),
  run: async ({ plans }, { outcome, plan }) => {
    await plans.updateExecution(plan, (execution) => ({ ...execution, state: 'completed', outcome }));
  },
});
