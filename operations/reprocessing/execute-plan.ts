import { Problem } from '../../functions/http/problem.ts';
import type { Room } from '../../functions/http/route.ts';
import type { Execution, Plan } from '../../medallion/reprocessing/plan.ts';
import { modesFrom } from '../../medallion/runs/stream.ts';
import { movedUnder } from '../../orchestrations/activities/prepare-plan.ts';

/** Queues a saved plan for the pipeline, once. A second call is told of the execution that there is. */
export async function executePlan(
  { engine, now, world }: Pick<Room, 'engine' | 'now' | 'world'>,
  plan: Plan,
  { who, why }: { readonly who: string; readonly why: string },
): Promise<Execution | Problem> {
  const known = await world.desk.execution(plan.plan);
  if (known) return known;
  if (now().toISOString() > plan.expiresAt) {
    return new Problem('expired', `Plan '${plan.plan}' was good until ${plan.expiresAt}. Make it anew.`);
  }
  const streaming = Object.values(modesFrom(world.modes, await world.registry.wishes())).includes('continuous');
  if (streaming) {
    return new Problem(
      'conflict',
      'A layer streams, and a plan needs runs of its own. Switch every layer to triggered, execute, and switch back.',
    );
  }
  const moved = await movedUnder(world, plan);
  if (moved.length > 0) {
    return new Problem(
      'ground_moved',
      `Plan '${plan.plan}' is not what it was made for any more. Make it anew.`,
      moved.slice(0, 50),
    );
  }
  const execution = { plan: plan.plan, state: 'queued', by: who, why, at: now().toISOString() } as const;
  const kept = await world.desk.execute(execution);
  await engine.wake();
  return kept;
}
