import { layers } from '../../medallion/layer.ts';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { describeDefinitionChanges, describeFileChange, type Plan } from '../../medallion/reprocessing/plan.ts';
import { getUpstreamState, type UpstreamState } from '../../medallion/runs/upstream-state.ts';

const concurrency = 16;

/** What has changed since a plan was made, in sentences. Nothing means: it can run exactly as planned. */
export async function findChangedInputs(
  { definitions, files, lake, runs }: Pick<Ports, 'definitions' | 'files' | 'lake' | 'runs'>,
  plan: Plan,
): Promise<string[]> {
  const fileChanges = await mapConcurrently(plan.files, concurrency, async (planned) =>
    describeFileChange(planned, await files.get(planned.dataset, planned.file), await lake.getProperties(planned.path)),
  );
  const { blockedReasons } = await readUpstreamState({ runs }, plan);
  return [
    ...describeDefinitionChanges(plan, definitions),
    ...blockedReasons,
    ...fileChanges.flatMap((change) => change ?? []),
  ];
}

/** What the first step of a plan stands on. */
export async function readUpstreamState({ runs }: Pick<Ports, 'runs'>, { steps }: Plan): Promise<UpstreamState> {
  const lowest = steps[0]?.layer ?? 'bronze';
  const below = layers.slice(0, layers.indexOf(lowest));
  return getUpstreamState(
    await Promise.all(below.map(async (layer) => ({ layer, run: await runs.lastVerdict(layer) }))),
  );
}
