import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Definitions, listStaleTables } from '../contracts/definition.ts';
import { FileId, LandedFile, type RegisteredFile } from '../files/file.ts';
import { BatchId, createBatchId, ManifestLine } from '../files/manifest.ts';
import { layers as allLayers, type Layer, Layer as LayerName } from '../layer.ts';
import { maxReasonLength, shorten } from '../texts.ts';
import type { Tuning } from '../tuning.ts';
import { Selection } from './selection.ts';

export const PlanId = z.string().regex(/^p-\d{8}T\d{9}Z-[0-9a-f]{8}$/);
export type PlanId = z.infer<typeof PlanId>;

export const createPlanId = (time: Date, guid: string): PlanId => PlanId.parse(`p-${createBatchId(time, guid)}`);
export const planPath = (plan: PlanId): string => `plans/${plan}.json`;

/** A plan that nobody executed within a day was made for another day's lake. */
export const planHours = 24;

/**
 * How a layer is computed anew: bronze reads files again; a layer above is rebuilt from all that lies below it, or goes on
 * from where it was with what has changed below.
 */
export const Step = z.object({ layer: LayerName, kind: z.enum(['reload', 'follow', 'rebuild']) });
export type Step = z.infer<typeof Step>;

export const PlannedFile = LandedFile.extend({
  file: FileId,
  dataset: z.string(),
  batch: z.string().optional(),
  lines: z.int().nonnegative().optional(),
  sequence: z.int().positive().optional(),
});
export type PlannedFile = z.infer<typeof PlannedFile>;

/** What will be run, exactly. Written once, before anything runs, and never changed. */
export const Plan = z.object({
  plan: PlanId,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  actor: z.string(),
  reason: z.string(),
  selection: Selection,
  steps: z.array(Step).min(1),
  /** Tables whose definition has changed since they were computed, and tables that the run may write to. */
  tables: z.object({ stale: z.array(z.string()), touched: z.array(z.string()) }),
  definitions: z.record(z.string(), z.string()),
  estimate: z.object({ rows: z.int().nonnegative(), seconds: z.number().optional() }),
  irreversible: z.array(z.string()),
  warnings: z.array(z.string()),
  files: z.array(PlannedFile),
});
export type Plan = z.infer<typeof Plan>;

/** A plan and the SHA-256 of the text that it is saved as. What was approved is that text, and no other. */
export interface SavedPlan {
  readonly plan: Plan;
  readonly hash: string;
}

export const formatPlan = (plan: Plan): string => JSON.stringify(plan);

export const hashPlan = (text: string): string => createHash('sha256').update(text).digest('hex');

export const toSavedPlan = (plan: Plan): SavedPlan => ({ plan, hash: hashPlan(formatPlan(plan)) });

/** Why a text that was read is not the plan that somebody approved. */
export const describePlanChange = ({ hash, plan }: SavedPlan, approved: string): string =>
  `The text of plan '${plan.plan}' has changed: its SHA-256 is '${hash}', approved was '${approved}'.`;

/** The steps from the lowest one on: what stands above a change follows it. */
export function createStepsFrom(lowest: Layer, rebuilt: readonly Layer[]): Step[] {
  const from = allLayers.indexOf(lowest);
  return allLayers.slice(from).map((layer): Step => {
    if (layer === 'bronze') return { layer, kind: 'reload' };
    return { layer, kind: rebuilt.includes(layer) ? 'rebuild' : 'follow' };
  });
}

/** Steps that repair changed definitions; empty if none has changed. Above bronze a job finds the stale tables by itself. */
export function createStepsFor(stale: readonly string[]): Step[] {
  const lowest = allLayers.find((layer) => stale.some((table) => table.startsWith(`${layer}.`)));
  return lowest === undefined ? [] : createStepsFrom(lowest, []);
}

/** Leaves out what a plan does not need to know of a file. */
export const toPlannedFile = (file: RegisteredFile): PlannedFile => PlannedFile.parse(file);

/** A file that is loaded again takes the place of itself: what its earlier load wrote is removed. */
export const toManifestLine = (batch: BatchId, planned: PlannedFile): ManifestLine =>
  ManifestLine.parse({ ...planned, batch, replaces: planned.file });

/** The tables that a plan computes as a whole. */
export function listRebuiltTables(
  { selection, steps, tables }: Plan,
  contracts: readonly { table: string; layer: string }[],
): string[] {
  const layers = steps.filter(({ kind }) => kind === 'rebuild').map(({ layer }) => layer as string);
  const rebuilt = contracts.filter(({ layer }) => layers.includes(layer)).map(({ table }) => table);
  // A selection of files leaves the other rows of their tables as they are; all files of a table leave none.
  const reread = 'definitionChanged' in selection ? tables.stale.filter((table) => table.startsWith('bronze.')) : [];
  return [...reread, ...rebuilt];
}

/** What has changed about a file since it was planned, in a sentence; `undefined` if nothing has. */
export function describeFileChange(
  planned: PlannedFile,
  registered: Pick<RegisteredFile, 'status' | 'batch'> | undefined,
  properties: LandedFile | undefined,
): string | undefined {
  const { batch, etag, file, lastModified, length, path } = planned;
  if (!properties) return `File '${path}' is no longer in the landing zone.`;
  if (properties.etag !== etag || properties.length !== length || properties.lastModified !== lastModified) {
    return `File '${path}' has another content now (ETag '${properties.etag}', planned was '${etag}').`;
  }
  if (!registered) return `File '${file}' at '${path}' is no longer registered.`;
  if (registered.status === 'excluded') return `File '${path}' is excluded. Include it first.`;
  if (['pending', 'loading'].includes(registered.status))
    return `File '${path}' is ${registered.status}: it is on its way already.`;
  if ((registered.batch ?? '') !== (batch ?? ''))
    return `File '${path}' was loaded again in batch '${registered.batch}'.`;
  return undefined;
}

/** Definitions that are no longer what the plan was made for. */
export function describeDefinitionChanges(
  { definitions, steps }: Pick<Plan, 'definitions' | 'steps'>,
  now: Definitions,
): string[] {
  const layers = steps.map(({ layer }) => layer as string);
  return listStaleTables(definitions, now)
    .filter((table) => layers.includes(table.split('.')[0] ?? ''))
    .map((table) => `The definition of '${table}' has changed.`);
}

/** Where the execution of a plan is. There is one at most. */
export const Execution = z.object({
  plan: PlanId,
  /** SHA-256 of the text of the plan that was approved. */
  planHash: z.string(),
  state: z.enum(['queued', 'running', 'completed', 'rejected', 'withdrawn']),
  actor: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
  batch: BatchId.optional(),
  outcome: z.string().optional(),
  changedInputs: z.array(z.string()).optional(),
  /** Of a plan that takes several runs: how many of its files were read, are being read, and there are. */
  files: z.object({ read: z.int(), reading: z.int(), total: z.int() }).optional(),
  /** So many times it could not be prepared, and why not the last time. */
  failedAttempts: z.int().optional(),
  failure: z.string().optional(),
});
export type Execution = z.infer<typeof Execution>;

/** A plan has files for so many runs at most: each is looked at in storage while a person waits for the plan. */
export const maxParts = 5;

/** The part of a plan that its next run executes: what no run has read yet, and no more than one run takes. */
export function selectPart(plan: Plan, { files, state }: Execution, max: PartLimits): Plan {
  const left = plan.files.slice(files?.read ?? 0);
  const size = state === 'running' ? (files?.reading ?? left.length) : countInPart(left, max);
  return { ...plan, files: left.slice(0, size) };
}

type PartLimits = Pick<Tuning['batches'], 'maxFilesPerBatch' | 'maxBytesPerBatch'>;

/** How many files one run takes. One that is larger than a batch may be is a part of its own. */
function countInPart(files: readonly PlannedFile[], { maxBytesPerBatch, maxFilesPerBatch }: PartLimits): number {
  let bytes = 0;
  const tooMany = files.findIndex(({ length }, index) => {
    bytes += length;
    return index >= maxFilesPerBatch || (index > 0 && bytes > maxBytesPerBatch);
  });
  return tooMany === -1 ? files.length : tooMany;
}

/** How far an execution is while it executes this part. */
export const toProgress = (plan: Plan, part: Plan, { files }: Execution): Pick<Execution, 'files'> =>
  plan.files.length === part.files.length
    ? {}
    : { files: { read: files?.read ?? 0, reading: part.files.length, total: plan.files.length } };

/** What becomes of an execution when one of its runs has ended. The next part waits if this one was published. */
export function toEnded(execution: Execution, outcome: string): Execution {
  const { batch: _, files, ...rest } = execution;
  const ended = files && { read: files.read + files.reading, reading: 0, total: files.total };
  if (outcome === 'published' && ended && ended.read < ended.total) return { ...rest, state: 'queued', files: ended };
  return { ...execution, ...(ended ? { files: ended } : {}), state: 'completed', outcome };
}

/**
 * A plan that cannot be prepared so many times holds up all others, so it is rejected. While a service is away, pauses grow
 * to two minutes, and so many attempts take about a day: as long as any other work waits.
 */
const maxFailedAttempts = { lasting: 1, unclear: 8, outage: 960 } as const;

/** What becomes of an execution that could not be prepared. `lasting`: it would be the same the next time. */
export function toFailedAttempt(execution: Execution, reason: string, kind: keyof typeof maxFailedAttempts): Execution {
  const failedAttempts = (execution.failedAttempts ?? 0) + 1;
  const isOver = failedAttempts >= maxFailedAttempts[kind];
  const failure = shorten(reason, maxReasonLength);
  return { ...execution, failedAttempts, failure, state: isOver ? 'rejected' : execution.state };
}
