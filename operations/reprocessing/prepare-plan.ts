import { z } from 'zod';
import { type BatchId, formatManifest, manifestPath } from '../../medallion/files/manifest.ts';
import { Layer, Versions } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import {
  describePlanChange,
  type Execution,
  listRebuiltTables,
  type Plan,
  type PlanId,
  type SavedPlan,
  toManifestLine,
} from '../../medallion/reprocessing/plan.ts';
import { FormedBatch } from '../intake/form-batch.ts';
import { listDatasets } from '../read-manifest.ts';
import { findChangedInputs, readUpstreamState } from './find-changed-inputs.ts';
import { readPlan } from './read-plan.ts';

type PreparePorts = Pick<
  Ports,
  'definitions' | 'files' | 'lake' | 'plans' | 'runs' | 'tableDefinitions' | 'tables' | 'unreleasedBatches'
>;

const PlannedRun = FormedBatch.omit({ batch: true }).extend({
  layers: z.array(Layer),
  upstreamVersions: Versions,
  retainedTables: z.array(z.string()),
  rebuilt: z.array(z.string()),
});

export const PrepareResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rejected') }),
  z.object({ kind: z.literal('prepared'), run: PlannedRun }),
]);
export type PrepareResult = z.infer<typeof PrepareResult>;

const maxChangedInputs = 50;

/**
 * Makes a plan ready to run under a batch's name: looks once more whether its inputs have changed, then writes the
 * manifest and names the new generations. Called again for the same batch, it finishes what was left undone.
 */
export async function preparePlan(
  ports: PreparePorts,
  { batch, plan: id }: { readonly batch: BatchId; readonly plan: PlanId },
): Promise<PrepareResult> {
  const saved = await readPlan(ports, id);
  const execution = await ports.plans.getExecution(id);
  if (!saved || !execution || execution.state === 'rejected') return { kind: 'rejected' };
  const { plan } = saved;
  const changedInputs = await findChanges(ports, saved, execution, batch);
  if (changedInputs.length > 0) {
    const rejection = { state: 'rejected' as const, changedInputs: changedInputs.slice(0, maxChangedInputs) };
    await ports.plans.updateExecution(id, (current) => ({ ...current, ...rejection }));
    return { kind: 'rejected' };
  }
  await begin(ports, plan, batch);
  const { retainedTables, versions } = await readUpstreamState(ports, plan);
  return {
    kind: 'prepared',
    run: {
      files: plan.files.length,
      datasets: listDatasets(plan.files),
      layers: plan.steps.map(({ layer }) => layer),
      upstreamVersions: versions,
      retainedTables,
      rebuilt: listRebuiltTables(plan, ports.tables),
    },
  };
}

/** Traces of a run that has begun are no change of its inputs; another text is a change whenever it is read. */
async function findChanges(
  ports: PreparePorts,
  saved: SavedPlan,
  execution: Execution,
  batch: BatchId,
): Promise<string[]> {
  if (saved.hash !== execution.planHash) return [describePlanChange(saved, execution.planHash)];
  const isBegun = execution.state !== 'queued' && (await hasBegun(ports, saved.plan, batch));
  return isBegun ? [] : findChangedInputs(ports, saved.plan);
}

async function hasBegun({ lake, tableDefinitions }: PreparePorts, { steps }: Plan, batch: BatchId): Promise<boolean> {
  if (steps.some(({ kind }) => kind === 'reload')) return (await lake.readControl(manifestPath(batch))) !== undefined;
  const rebuilt = steps.filter(({ kind }) => kind === 'rebuild');
  const generations = await Promise.all(rebuilt.map(({ layer }) => tableDefinitions.getGeneration(layer)));
  return generations.every((generation) => generation === batch);
}

async function begin(ports: PreparePorts, plan: Plan, batch: BatchId): Promise<void> {
  await ports.plans.updateExecution(plan.plan, (execution) => ({ ...execution, state: 'running', batch }));
  const lines = plan.files.map((file) => toManifestLine(batch, file));
  if (lines.length > 0) {
    await ports.lake.commitControl(manifestPath(batch), formatManifest(lines));
    // A release that comes later carries what this run has to leave behind.
    await ports.unreleasedBatches.save({ batch, files: lines.length, datasets: listDatasets(lines) });
    await ports.files.markReloading(lines);
  }
  for (const { kind, layer } of plan.steps)
    if (kind === 'rebuild') await ports.tableDefinitions.startGeneration(layer, batch);
}
