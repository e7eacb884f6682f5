import { z } from 'zod';
import { BatchId } from '../files/manifest.ts';
import { type Layer, Versions } from '../layer.ts';

/** One micro-batch of a layer, as its job wrote it down. A run that has just begun leaves one without a number. */
export const ProgressEntry = z.object({
  at: z.string(),
  number: z.int().optional(),
  /** The layer's tables after it. */
  versions: Versions,
  /** The tables below, each read to its end up to this version. */
  read: Versions.optional(),
  /** Tables that could not be computed and are as they were before, with the reason. */
  failed: z.record(z.string(), z.string()).optional(),
  /** The batches that a bronze micro-batch has loaded. */
  batches: z.array(BatchId).optional(),
});
export type ProgressEntry = z.infer<typeof ProgressEntry>;

export const Progress = z.object({ layer: z.string(), entries: z.array(ProgressEntry) });

/** Newest last; nothing if the layer has never run. */
export const parseProgress = (content: unknown): ProgressEntry[] =>
  content === undefined ? [] : Progress.parse(content).entries;

/** Each micro-batch leaves a file with a new name, as files of a volume are never written again; names sort by age. */
export const progressFolder = (layer: Layer): string => `progress/${layer}`;

/** Whether each of these tables is at the other's version or a later one. Tables that are not named do not count. */
export const isAtLeast = (versions: Versions, minimum: Versions): boolean =>
  Object.entries(versions).every(([table, version]) => version >= (minimum[table] ?? 0));

/** The first micro-batch that had read all of these versions below. */
export const findFirstCovering = (entries: readonly ProgressEntry[], below: Versions): ProgressEntry | undefined =>
  entries.find(({ read }) => read !== undefined && isAtLeast(read, below));

/** By table of the layer that is behind at these versions, why it could not be computed. */
export const listFailedTables = (entries: readonly ProgressEntry[], versions: Versions): Record<string, string> =>
  entries.findLast((entry) => isAtLeast(versions, entry.versions))?.failed ?? {};

/** What can be released together: versions of all layers, of which each layer's are made of those below. */
export interface ConsistentCut {
  readonly versions: Versions;
  /** Up to here all of bronze is in it. */
  readonly covered: Versions;
}

/**
 * The newest cut through the layers. Gold's last micro-batch names the versions of silver that it is made of. Silver may
 * have been in the middle of a micro-batch then: what was done before it is covered for certain, and nothing that it has
 * used lies beyond what it had read when it was done.
 */
export function findNewestCut(entries: Record<Layer, readonly ProgressEntry[]>): ConsistentCut | undefined {
  const { bronze, silver, gold } = entries;
  for (const { read, versions } of gold.toReversed()) {
    if (read === undefined) continue;
    const after = silver.find((entry) => isAtLeast(selectTables(read, entry.versions), read));
    const before = silver.findLast((entry) => isAtLeast(read, entry.versions));
    if (after?.read === undefined || before?.read === undefined) continue;
    const used = isAtLeast(after.read, before.read) ? after.read : before.read;
    const loaded = bronze.findLast((entry) => isAtLeast(used, entry.versions)) ?? bronze[0];
    // The layers above follow most tables, not all; the others are judged as they were then.
    return {
      versions: { ...loaded?.versions, ...used, ...after.versions, ...read, ...versions },
      covered: before.read,
    };
  }
  return undefined;
}

/** The versions of the tables that the other names. */
const selectTables = (named: Versions, versions: Versions): Versions =>
  Object.fromEntries(Object.keys(named).map((table) => [table, versions[table] ?? 0]));

/** What a release of streams is made of: versions that agree, and the batches that are in them. */
export const ReleasableCut = z.object({
  kind: z.literal('cut'),
  versions: Versions,
  batches: z.array(BatchId),
  files: z.int(),
  datasets: z.array(z.string()),
});
export type ReleasableCut = z.infer<typeof ReleasableCut>;
