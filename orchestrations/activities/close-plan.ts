import { z } from 'zod';
import { PlanId } from '../../medallion/reprocessing/plan.ts';
import { RunOutcome } from '../../medallion/runs/run.ts';
import { activity } from '../activity.ts';

/** Writes down how the execution of a plan ended. */
export const closePlan = activity({
  name: 'closePlan',
  input: z.object({ plan: PlanId, outcome: RunOutcome }),
  output: z.object({}),
  perform: async ({ desk }, { outcome, plan }) => {
    const execution = await desk.execution(plan);
    if (execution) await desk.proceed({ ...execution, state: 'done', outcome });
    return {};
  },
});
