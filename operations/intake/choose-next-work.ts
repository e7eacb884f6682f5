import { z } from 'zod';
import { type BatchId, getBatchTime } from '../../medallion/files/manifest.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { PlanId } from '../../medallion/reprocessing/plan.ts';
import { listInFlight } from '../releases/list-in-flight.ts';
import { checkReadiness } from './check-readiness.ts';
import { FormedBatch, findUnfinished, finishForming, isBatchFormed, readFormed, writeManifest } from './form-batch.ts';
import { isStillLanding } from './is-still-landing.ts';
import { readRestSeconds } from './read-rest-seconds.ts';

export const NextWork = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('empty') }),
  z.object({ kind: z.literal('full') }),
  z.object({ kind: z.literal('landing') }),
  z.object({ kind: z.literal('early'), seconds: z.number().positive() }),
  z.object({
    kind: z.literal('closed'),
    reason: z.string(),
    hasHalted: z.boolean().optional(),
    isPaused: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('planned'), plan: PlanId }),
  FormedBatch.extend({ kind: z.enum(['formed', 'left']) }),
]);
export type NextWork = z.infer<typeof NextWork>;

type WorkPorts = Pick<
  Ports,
  'auditLog' | 'lake' | 'pipelineControl' | 'plans' | 'queue' | 'runs' | 'tuning' | 'unreleasedBatches'
>;

interface Limits {
  readonly batch: BatchId;
  readonly maxFiles: number;
  /** Set if the batch is for streams: none is formed while so many are on their way to a release. */
  readonly maxInFlight?: number | undefined;
  /** Set if the rest of a burst may be waited for. */
  readonly isPatient?: boolean | undefined;
}

/**
 * What the pipeline does next, under the name of a batch. Called again for the same batch, it finishes what was left
 * undone. Layers that stream get many small batches, but only a few at once, or they would take the machine from each
 * other. A batch for a run may also be one that a stream has left behind.
 */
export async function chooseNextWork(ports: WorkPorts, limits: Limits): Promise<NextWork> {
  const { batch } = limits;
  const runningPlan = await ports.plans.findRunningPlan(batch);
  if (runningPlan) return { kind: 'planned', plan: runningPlan };
  const unfinished = await findUnfinished(ports);
  if (unfinished) return { kind: 'formed', ...(await finishForming(ports, unfinished)) };
  if (await isBatchFormed(ports, batch)) return { kind: 'formed', ...(await readFormed(ports, batch)) };
  const readiness = await checkReadiness(ports, getBatchTime(batch));
  if (readiness.kind === 'closed') return readiness;
  const plan = await findPlanInTurn(ports);
  if (plan) return { kind: 'planned', plan };
  const delay = readiness.isProbe ? undefined : await findDelay(ports, limits);
  if (delay) return delay;
  const isFormed = await writeManifest(ports, batch, await readMaxFiles(ports, limits));
  if (!isFormed) return limits.maxInFlight === undefined ? findLeftBatch(ports) : { kind: 'empty' };
  return { kind: 'formed', ...(await finishForming(ports, batch)) };
}

/** Why a batch is not formed yet, or nothing. The run that tries whether a halted pipeline can go on has waited enough. */
async function findDelay(ports: WorkPorts, limits: Limits): Promise<NextWork | undefined> {
  const { batch, isPatient, maxFiles, maxInFlight } = limits;
  if (maxInFlight !== undefined && (await isFull(ports, maxInFlight))) return { kind: 'full' };
  const seconds = maxInFlight === undefined ? await readRestSeconds(ports, batch) : 0;
  if (seconds > 0) return { kind: 'early', seconds };
  return isPatient && (await isStillLanding(ports, batch, maxFiles)) ? { kind: 'landing' } : undefined;
}

/**
 * Small batches keep a stream quick. Once so many files wait that it has fallen behind, it takes as many as a run would, or
 * it would need a cycle of all layers for each small part of them.
 */
async function readMaxFiles({ queue, tuning }: WorkPorts, { maxFiles, maxInFlight }: Limits): Promise<number> {
  if (maxInFlight === undefined) return maxFiles;
  const isBehind = (await queue.count()) > 2 * maxFiles * maxInFlight;
  return isBehind ? Math.max(maxFiles, tuning.batches.maxFilesPerBatch) : maxFiles;
}

/** Rows of excluded files leave in any case: no release is made before they have left. */
const isFull = async (ports: WorkPorts, maxInFlight: number): Promise<boolean> =>
  (await ports.queue.listRemovals(1)).length === 0 && (await listInFlight(ports)).length >= maxInFlight;

/** Of the batches that never had a run the newest, which carries the others. */
async function findLeftBatch({ runs, unreleasedBatches }: WorkPorts): Promise<NextWork> {
  for (const { batch, datasets, files } of (await unreleasedBatches.list()).toReversed())
    if ((await runs.get(batch)) === undefined) return { kind: 'left', batch, files, datasets: [...datasets] };
  return { kind: 'empty' };
}

/** Plans and batches of files take turns, so that neither keeps the other waiting for ever. */
async function findPlanInTurn({ plans, queue, runs }: WorkPorts): Promise<PlanId | undefined> {
  const plan = await plans.nextQueued();
  if (plan === undefined) return undefined;
  const [newest] = (await runs.list(1)).rows;
  const isTurnOfFiles = newest?.plan !== undefined && (await queue.next(1)).length > 0;
  return isTurnOfFiles ? undefined : plan;
}
