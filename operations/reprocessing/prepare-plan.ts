import { z } from 'zod';
import { isOutage } from '../../medallion/errors.ts';
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
  selectPart,
  toFailedAttempt,
  toManifestLine,
  toProgress,
} from '../../medallion/reprocessing/plan.ts';
import { FormedBatch, isBatchFormed } from '../intake/form-batch.ts';
import { listDatasets } from '../read-manifest.ts';
import { findStreaming } from './execute-plan.ts';
import { findChangedInputs, readUpstreamState } from './find-changed-inputs.ts';
import { readPlan } from './read-plan.ts';

type PreparePorts = Pick<
  Ports,
  | 'definitions'
  | 'files'
  | 'lake'
  | 'modes'
  | 'plans'
  | 'runs'
  | 'streams'
  | 'tableDefinitions'
  | 'tables'
  | 'tuning'
  | 'unreleasedBatches'
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

interface Preparation {
  readonly batch: BatchId;
  readonly plan: PlanId;
}

/**
 * Makes a plan ready to run under a batch's name. Called again for the same batch, it finishes what was left undone. One
 * that can never be prepared is rejected: it would keep everything that comes after it waiting.
 */
export async function preparePlan(ports: PreparePorts, preparation: Preparation): Promise<PrepareResult> {
  try {
    return await prepare(ports, preparation);
  } catch (error) {
    const isLasting = error instanceof SyntaxError || error instanceof z.ZodError;
    const kind = isLasting ? 'lasting' : isOutage(error) ? 'outage' : 'unclear';
    const reason = `It could not be prepared. ${(error as Error).message}`;
    const execution = await ports.plans.updateExecution(preparation.plan, (current) =>
      toFailedAttempt(current, reason, kind),
    );
    if (execution?.state === 'rejected') return { kind: 'rejected' };
    throw error;
  }
}

/** Looks once more whether its inputs have changed, then writes the manifest and names the new generations. */
async function prepare(ports: PreparePorts, { batch, plan: id }: Preparation): Promise<PrepareResult> {
  const execution = await ports.plans.getExecution(id);
  if (!execution || !['queued', 'running'].includes(execution.state)) return { kind: 'rejected' };
  // This part was executed under this batch, and the next one waits for a batch of its own: the activity is done twice.
  if (execution.state === 'queued' && (await isBatchFormed(ports, batch))) return { kind: 'rejected' };
  const saved = await readPlan(ports, id);
  if (!saved) return reject(ports, id, [`There is no text of plan '${id}' any more.`]);
  const plan = selectPart(saved.plan, execution, ports.tuning.batches);
  const changedInputs = await findChanges(ports, { ...saved, plan }, execution, batch);
  if (changedInputs.length > 0) return reject(ports, id, changedInputs);
  if (!(await begin(ports, plan, batch, toProgress(saved.plan, plan, execution)))) return { kind: 'rejected' };
  const { retainedTables, versions } = await readUpstreamState(ports, plan);
  const isLast = plan.files.at(-1) === saved.plan.files.at(-1);
  return {
    kind: 'prepared',
    run: {
      files: plan.files.length,
      datasets: listDatasets(plan.files),
      layers: plan.steps.map(({ layer }) => layer),
      upstreamVersions: versions,
      retainedTables,
      // Before its last part is read, a table has rows of both definitions.
      rebuilt: isLast ? listRebuiltTables(plan, ports.tables) : [],
    },
  };
}

async function reject({ plans }: PreparePorts, id: PlanId, changes: readonly string[]): Promise<PrepareResult> {
  const changedInputs = changes.slice(0, maxChangedInputs);
  await plans.updateExecution(id, (execution) => ({ ...execution, state: 'rejected', changedInputs }));
  return { kind: 'rejected' };
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
  if (isBegun) return [];
  const streaming = await findStreaming(ports);
  return streaming === undefined ? findChangedInputs(ports, saved.plan) : [streaming];
}

async function hasBegun({ lake, tableDefinitions }: PreparePorts, { steps }: Plan, batch: BatchId): Promise<boolean> {
  if (steps.some(({ kind }) => kind === 'reload')) return (await lake.readControl(manifestPath(batch))) !== undefined;
  const rebuilt = steps.filter(({ kind }) => kind === 'rebuild');
  const generations = await Promise.all(rebuilt.map(({ layer }) => tableDefinitions.getGeneration(layer)));
  return generations.every((generation) => generation === batch);
}

/** False if somebody has withdrawn the plan meanwhile. */
async function begin(
  ports: PreparePorts,
  plan: Plan,
  batch: BatchId,
  progress: Pick<Execution, 'files'>,
): Promise<boolean> {
  const execution = await ports.plans.updateExecution(plan.plan, (current) =>
    current.state === 'withdrawn' ? undefined : { ...current, ...progress, state: 'running', batch },
  );
  if (!execution) return false;
  const lines = plan.files.map((file) => toManifestLine(batch, file));
  if (lines.length > 0) {
    await ports.lake.commitControl(manifestPath(batch), formatManifest(lines));
    // A release that comes later carries what this run has to leave behind.
    await ports.unreleasedBatches.save({ batch, files: lines.length, datasets: listDatasets(lines) });
    await ports.files.markReloading(lines);
  }
  for (const { kind, layer } of plan.steps)
    if (kind === 'rebuild') await ports.tableDefinitions.startGeneration(layer, batch);
  return true;
}
