import { z } from 'zod';
import { BatchId, manifestPath, manifestText } from '../../medallion/files/manifest.ts';
import { Layer, Versions } from '../../medallion/layer.ts';
import type { World } from '../../medallion/ports/world.ts';
import {
  type Execution,
  lineOfPlanned,
  movedDefinitions,
  movedFile,
  Plan,
  PlanId,
  planPath,
  rebuiltBy,
} from '../../medallion/reprocessing/plan.ts';
import { type Footing, footingOf } from '../../medallion/runs/upstream-state.ts';
import { pooled } from '../../operations/map-concurrently.ts';
import { activity } from '../activity.ts';

const Prepared = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('refused') }),
  z.object({
    kind: z.literal('prepared'),
    run: z.object({
      files: z.int(),
      datasets: z.array(z.string()),
      layers: z.array(Layer),
      below: Versions,
      held: z.array(z.string()),
      rebuilt: z.array(z.string()),
    }),
  }),
]);

/**
 * Makes a plan ready to run under a batch's name: looks once more whether its ground has moved, then writes the manifest
 * and names the new generations. Asked again for the same batch it finishes what was left undone.
 */
export const preparePlan = activity({
  name: 'preparePlan',
  input: z.object({ plan: PlanId, batch: BatchId }),
  output: Prepared,
  perform: async (world, { batch, plan: id }): Promise<z.input<typeof Prepared>> => {
    const { desk, lake, tables } = world;
    const plan = Plan.parse(JSON.parse((await lake.readControl(planPath(id))) ?? 'null'));
    const execution = await desk.execution(id);
    if (!execution || execution.state === 'refused') return { kind: 'refused' };
    const isBegun = execution.state !== 'queued' && (await hasBegun(world, plan, batch));
    const moved = isBegun ? [] : await movedUnder(world, plan);
    if (moved.length > 0) {
      await desk.proceed({ ...execution, state: 'refused', moved: moved.slice(0, 50) });
      return { kind: 'refused' };
    }
    await begin(world, plan, execution, batch);
    const { held, versions } = await footingUnder(world, plan);
    return {
      kind: 'prepared',
      run: {
        files: plan.files.length,
        datasets: [...new Set(plan.files.map(({ dataset }) => dataset))].sort(),
        layers: plan.steps.map(({ layer }) => layer),
        below: versions,
        held,
        rebuilt: rebuiltBy(plan, tables),
      },
    };
  },
});

const lookedAtOnce = 16;

/** What has moved under a plan since it was made, in sentences. Nothing means: it can run exactly as planned. */
export async function movedUnder(
  { definitions, lake, registry }: Pick<World, 'definitions' | 'lake' | 'registry'>,
  plan: Plan,
): Promise<string[]> {
  const files = await pooled(plan.files, lookedAtOnce, async (planned) =>
    movedFile(planned, await registry.file(planned.file), await lake.factsOf(planned.path)),
  );
  const { unsound } = await footingUnder({ registry }, plan);
  return [...movedDefinitions(plan, definitions), ...unsound, ...files.flatMap((moved) => moved ?? [])];
}

const runsLookedAt = 100;

async function footingUnder({ registry }: Pick<World, 'registry'>, { steps }: Plan): Promise<Footing> {
  const [first] = steps;
  return footingOf((await registry.runs(runsLookedAt)).rows, first?.layer ?? 'bronze');
}

async function hasBegun({ desk, lake }: World, { steps }: Plan, batch: BatchId): Promise<boolean> {
  if (steps.some(({ how }) => how === 'files')) return (await lake.readControl(manifestPath(batch))) !== undefined;
  const rebuilt = steps.filter(({ how }) => how === 'rebuild');
  const names = await Promise.all(rebuilt.map(({ layer }) => desk.generation(layer)));
  return names.every((name) => name === batch);
}

async function begin({ desk, lake, registry }: World, plan: Plan, execution: Execution, batch: BatchId): Promise<void> {
  await desk.proceed({ ...execution, state: 'running', batch });
  const lines = plan.files.map((file) => lineOfPlanned(batch, file));
  if (lines.length > 0) {
    await lake.commitControl(manifestPath(batch), manifestText(lines));
    // A release that comes later carries what this run has to leave behind.
    const datasets = [...new Set(lines.map(({ dataset }) => dataset))].sort();
    await registry.saveOpen({ batch, files: lines.length, datasets });
    await desk.reload(lines);
  }
  for (const { how, layer } of plan.steps) if (how === 'rebuild') await desk.begin(layer, batch);
}
