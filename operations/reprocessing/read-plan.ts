import type { Ports } from '../../medallion/ports/index.ts';
import { hashPlan, Plan, PlanId, planPath, type SavedPlan } from '../../medallion/reprocessing/plan.ts';

/** A saved plan; `undefined` if there is none by that name. */
export async function readPlan({ lake }: Pick<Ports, 'lake'>, name: string): Promise<SavedPlan | undefined> {
  const id = PlanId.safeParse(name);
  const text = id.success ? await lake.readControl(planPath(id.data)) : undefined;
  return text === undefined ? undefined : { plan: Plan.parse(JSON.parse(text)), hash: hashPlan(text) };
}
