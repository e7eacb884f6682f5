import { z } from 'zod';
import { Freshness } from '../files/freshness.ts';
import { BatchId } from '../files/manifest.ts';
import { Layer, Modes, Versions } from '../layer.ts';
import { describeViolation, listCauses, toShortVerdict, Verdict } from '../quality/verdict.ts';
import { maxReasonLength, shorten } from '../texts.ts';

/** What is known of one layer of a run. */
export const LayerRecord = z.object({
  layer: Layer,
  jobRuns: z.array(z.string()),
  outcome: z.enum(['running', 'passed', 'blocked', 'failed']),
  verdict: Verdict.optional(),
  versions: Versions.optional(),
  reason: z.string().optional(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
});
export type LayerRecord = z.infer<typeof LayerRecord>;

export const RunOutcome = z.enum(['running', 'published', 'blocked', 'failed', 'halted', 'cancelled', 'skipped']);
export type RunOutcome = z.infer<typeof RunOutcome>;

/**
 * One batch on its way from landed files to a release. While streams run, a run is a release of theirs, with all batches
 * that are in it; and a stream that was given up leaves a run that is halted.
 */
export const RunRecord = z.object({
  batch: BatchId,
  outcome: RunOutcome,
  files: z.int().nonnegative(),
  datasets: z.array(z.string()),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  release: z.string().optional(),
  reason: z.string().optional(),
  /** The plan that this run executes. */
  plan: z.string().optional(),
  /** Tables that were computed as a whole, not only where something had changed. */
  rebuilt: z.array(z.string()).optional(),
  /** Of a release: by which definition each table was computed. */
  definitions: z.record(z.string(), z.string()).optional(),
  layers: z.array(LayerRecord),
  /** How the layers of this run are built. */
  modes: Modes.optional(),
  batches: z.array(BatchId).optional(),
  freshness: Freshness.optional(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** A release can be published although some of its tables stay as they were; the rules of its layers say why. */
export function describeRetained(
  retainedTables: readonly string[],
  layers: readonly Pick<LayerRecord, 'verdict'>[],
): Pick<RunRecord, 'reason'> {
  if (retainedTables.length === 0) return {};
  const causes = layers.flatMap(({ verdict }) => (verdict ? listCauses(verdict) : [])).map(describeViolation);
  const reason = [`${retainedTables.join(', ')} stay as they were.`, ...causes].join(' ');
  return { reason: shorten(reason, maxReasonLength) };
}

/** Attempts of a layer, of which the last ones tell why it ended. */
const maxJobRuns = 100;

/** A record of which no text outgrows its place. The whole verdict lies in the lake, where `storedAt` says. */
export const toShortRecord = (run: RunRecord): RunRecord => ({
  ...run,
  ...shortenReason(run),
  layers: run.layers.map((record) => ({
    ...record,
    ...shortenReason(record),
    jobRuns: record.jobRuns.slice(-maxJobRuns),
    ...(record.verdict ? { verdict: toShortVerdict(record.verdict) } : {}),
  })),
});

const shortenReason = ({ reason }: { readonly reason?: string | undefined }) =>
  reason === undefined ? {} : { reason: shorten(reason, maxReasonLength) };
