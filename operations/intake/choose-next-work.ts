import { z } from 'zod';
import { type BatchId, getBatchTime } from '../../medallion/files/manifest.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { PlanId } from '../../medallion/reprocessing/plan.ts';
import { maxFailures, type PipelineState, shouldHalt } from '../../medallion/runs/pipeline-state.ts';
import { listInFlight } from '../releases/list-in-flight.ts';
import { FormedBatch, finishForming, isBatchFormed, writeManifest } from './form-batch.ts';

export const NextWork = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('empty') }),
  z.object({ kind: z.literal('full') }),
  z.object({ kind: z.literal('closed'), reason: z.string() }),
  z.object({ kind: z.literal('planned'), plan: PlanId }),
  FormedBatch.extend({ kind: z.enum(['formed', 'left']) }),
]);
export type NextWork = z.infer<typeof NextWork>;

type WorkPorts = Pick<
  Ports,
  'auditLog' | 'lake' | 'pipelineControl' | 'plans' | 'queue' | 'runs' | 'unreleasedBatches'
>;

interface Limits {
  readonly batch: BatchId;
  readonly maxFiles: number;
  /** Set if the batch is for streams: none is formed while so many are on their way to a release. */
  readonly maxInFlight?: number | undefined;
}

/**
 * What the pipeline does next, under the name of a batch. Called again for the same batch, it finishes what was left
 * undone. Layers that stream get many small batches, but only a few at once, or they would take the machine from each
 * other. A batch for a run may also be one that a stream has left behind.
 */
export async function chooseNextWork(ports: WorkPorts, limits: Limits): Promise<NextWork> {
  const { batch, maxFiles, maxInFlight } = limits;
  const runningPlan = await ports.plans.findRunningPlan(batch);
  if (runningPlan) return { kind: 'planned', plan: runningPlan };
  if (!(await isBatchFormed(ports, batch))) {
    const state = await getStateOrHalt(ports, getBatchTime(batch));
    if (state && state.state !== 'running') return { kind: 'closed', reason: state.reason };
    const plan = await ports.plans.nextQueued();
    if (plan) return { kind: 'planned', plan };
    if (maxInFlight !== undefined && (await listInFlight(ports)).length >= maxInFlight) return { kind: 'full' };
    const isFormed = await writeManifest(ports, batch, maxFiles);
    if (!isFormed) return maxInFlight === undefined ? findLeftBatch(ports) : { kind: 'empty' };
  }
  return { kind: 'formed', ...(await finishForming(ports, batch)) };
}

/** Of the batches that never had a run the newest, which carries the others. */
async function findLeftBatch({ runs, unreleasedBatches }: WorkPorts): Promise<NextWork> {
  for (const { batch, datasets, files } of (await unreleasedBatches.list()).toReversed())
    if ((await runs.get(batch)) === undefined) return { kind: 'left', batch, files, datasets: [...datasets] };
  return { kind: 'empty' };
}

/** Nobody takes up new work while too many runs in a row broke down; a person looks, and resumes. */
async function getStateOrHalt(ports: WorkPorts, now: Date): Promise<PipelineState | undefined> {
  const state = await ports.pipelineControl.getState();
  if (state && state.state !== 'running') return state;
  const newest = (await ports.runs.list(maxFailures)).rows;
  if (!shouldHalt(newest, state ?? { at: '' })) return state;
  const reason = `The last ${maxFailures} runs failed, one after another.`;
  const halted: PipelineState = { state: 'halted', actor: 'pipeline', reason, at: now.toISOString() };
  await ports.auditLog.record({
    entry: `halt-${now.getTime()}`,
    at: halted.at,
    actor: 'pipeline',
    action: 'halt',
    target: 'pipeline',
    reason,
  });
  await ports.pipelineControl.setState(halted);
  return halted;
}
