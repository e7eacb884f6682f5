import { z } from 'zod';
import { exclusionPath } from '../../medallion/files/decisions.ts';
import { type FilePassage, Freshness, summarizeFreshness, toStageSeconds } from '../../medallion/files/freshness.ts';
import { BatchId, type ManifestLine } from '../../medallion/files/manifest.ts';
import { type FileAccount, getReportedVersions, type JobReport } from '../../medallion/files/report.ts';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { FileOutcome } from '../../medallion/ports/files.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { UnreleasedBatch } from '../../medallion/ports/unreleased-batches.ts';
import { findFirstCovering, type ProgressEntry } from '../../medallion/releases/progress.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { readExclusions } from '../read-exclusions.ts';
import { readManifest } from '../read-manifest.ts';
import { readProgress } from '../read-progress.ts';
import { readReport } from '../read-report.ts';
import { keepCancelledOut, listOwnFiles } from '../runs/exclude-unreleased.ts';
import { requeueIncluded } from './requeue-included.ts';

const filesAtOnce = 16;

type FinalizePorts = Pick<Ports, 'files' | 'lake' | 'pipelineControl' | 'runs' | 'unreleasedBatches'>;

export const Finalized = z.object({
  /** How old the files of a release were; nothing if it has none, or if the run did not publish. */
  freshness: Freshness.optional(),
  /** By dataset, how many files were set aside as a whole, of which no earlier run has told. */
  quarantined: z.record(z.string(), z.int()).optional(),
  /** By dataset, columns that no contract names, and of which no earlier run has told. */
  newColumns: z.record(z.string(), z.array(z.string())).optional(),
  /** Batches of whose files people are told by now. A release names all that it carries. */
  toldBatches: z.array(BatchId).optional(),
});
type Finalized = z.infer<typeof Finalized>;

/**
 * Writes down how each file of a finished run ended. A release also carries what earlier runs had to leave behind. That its
 * batches are released, and of which files it told, is for whoever records the run: done twice, this gives the same answer.
 */
export async function finalizeFiles(ports: FinalizePorts, run: RunRecord, now: Date): Promise<Finalized> {
  const isReleased = run.outcome === 'published';
  const unreleased = await ports.unreleasedBatches.list();
  const ended = isReleased ? await finalizeReleased(ports, run, unreleased, now) : await finalizeUnreleased(ports, run);
  const alreadyTold = new Set(unreleased.filter(({ isTold }) => isTold).map(({ batch }) => batch));
  const ages = ended.flatMap((batch) => batch.ages);
  const unread = unreleased.filter(
    (earlier) => earlier.batch < run.batch && ended.every(({ batch }) => batch !== earlier.batch),
  );
  return {
    ...summarizeFiles(ended.filter(({ batch }) => !alreadyTold.has(batch))),
    ...(ages.length > 0 ? { freshness: summarizeFreshness(ages) } : {}),
    toldBatches: [
      ...ended.filter(({ isRead }) => isRead || isReleased).map(({ batch }) => batch),
      ...(isReleased && !run.batches ? await listOvertaken(ports, unread) : []),
    ],
  };
}

async function finalizeUnreleased(ports: FinalizePorts, run: RunRecord): Promise<FinalizedBatch[]> {
  const status = run.outcome === 'blocked' ? 'blocked' : 'failed';
  const batches = run.batches ?? [run.batch];
  const ended = [];
  for (const batch of batches) {
    const lines = await readManifest(ports, batch);
    ended.push(await finalizeLines(ports, batch, lines, { status, reason: run.reason }));
  }
  await keepCancelledOut(ports, run.batch);
  for (const batch of batches) await requeueIncluded(ports, batch);
  return ended;
}

async function finalizeReleased(
  ports: FinalizePorts,
  run: RunRecord,
  unreleased: readonly UnreleasedBatch[],
  now: Date,
): Promise<FinalizedBatch[]> {
  const batches = run.batches ?? [...(await listLoadedBefore(ports, run, unreleased)), run.batch];
  const progress = await readUpperProgress(ports, now);
  const ended = [];
  const carried: BatchId[] = [];
  for (const batch of batches) {
    const lines = await listIncluded(ports, batch, run);
    ended.push(await finalizeLines(ports, batch, lines, { status: 'published', release: run.release }, progress));
    if (lines.some(({ action }) => action === undefined)) carried.push(batch);
  }
  await attachToRelease(ports, carried, run);
  for (const batch of batches) await requeueIncluded(ports, batch);
  return ended;
}

interface FinalizedBatch {
  readonly batch: BatchId;
  /** Whether bronze has said what became of its files. */
  readonly isRead: boolean;
  readonly ages: Parameters<typeof summarizeFreshness>[0];
  /** Of each file that was set aside as a whole. */
  readonly quarantined: readonly string[];
  readonly newColumns: Readonly<Record<string, readonly string[]>>;
}

const summarizeFiles = (batches: readonly FinalizedBatch[]): Pick<Finalized, 'newColumns' | 'quarantined'> => ({
  ...countQuarantined(batches),
  ...mergeNewColumns(batches),
});

function mergeNewColumns(batches: readonly FinalizedBatch[]): Pick<Finalized, 'newColumns'> {
  const byDataset = Map.groupBy(
    batches.flatMap(({ newColumns }) => Object.entries(newColumns)),
    ([dataset]) => dataset,
  );
  const merged = [...byDataset].map(([dataset, entries]) => [dataset, entries.flatMap(([, names]) => names)] as const);
  return merged.length > 0 ? { newColumns: Object.fromEntries(merged) } : {};
}

function countQuarantined(batches: readonly FinalizedBatch[]): Pick<Finalized, 'quarantined'> {
  const byDataset = Map.groupBy(
    batches.flatMap(({ quarantined }) => quarantined),
    (dataset) => dataset,
  );
  const counts = [...byDataset].map(([dataset, files]) => [dataset, files.length] as const);
  return counts.length > 0 ? { quarantined: Object.fromEntries(counts) } : {};
}

interface UpperProgress {
  readonly silver: readonly ProgressEntry[];
  readonly gold: readonly ProgressEntry[];
  readonly publishedAt: string;
}

async function readUpperProgress(ports: FinalizePorts, now: Date): Promise<UpperProgress> {
  const silver = await readProgress(ports, 'silver');
  return { silver, gold: await readProgress(ports, 'gold'), publishedAt: now.toISOString() };
}

/** The lines of a batch that are in a release. A file that a person has excluded meanwhile is not. */
async function listIncluded(ports: FinalizePorts, batch: BatchId, run: RunRecord): Promise<ManifestLine[]> {
  const manifest = await readManifest(ports, batch);
  const isCancelled = batch !== run.batch && (await ports.pipelineControl.findCancellation(batch)) !== undefined;
  const lines = isCancelled ? await listKept(ports, batch, manifest) : manifest;
  const excluded = await readExclusions(ports, lines);
  return lines.filter((line) => line.action === 'remove' || !excluded.has(exclusionPath(line)));
}

/**
 * The lines of a cancelled run that stay in the lakehouse: removals, and files of an earlier release, which were read again.
 * Whoever retries the run loads its new files anew, and they are of another batch then.
 */
async function listKept(
  ports: FinalizePorts,
  batch: BatchId,
  manifest: readonly ManifestLine[],
): Promise<ManifestLine[]> {
  const own = await listOwnFiles(ports, batch, manifest);
  const kept = new Set(own.filter(({ release }) => release !== undefined).map(({ file }) => file));
  return manifest.filter(({ action, file }) => action === 'remove' || kept.has(file));
}

/** Answers with the ages of the files that were loaded, if `progress` says when they came through. */
async function finalizeLines(
  ports: FinalizePorts,
  batch: BatchId,
  lines: readonly ManifestLine[],
  outcome: FileOutcome,
  progress?: UpperProgress,
): Promise<FinalizedBatch> {
  const report = await readReport(ports, batch, 'bronze');
  const accounts = new Map((report?.files ?? []).map((account) => [account.file, account]));
  const passage = progress && toPassage(report, progress);
  await ports.files.finalize(lines, accounts, { ...outcome, passage });
  const listWith = (ending: FileAccount['outcome']) =>
    lines.filter(({ file }) => accounts.get(file)?.outcome === ending);
  return {
    batch,
    isRead: report !== undefined,
    ages: passage ? listWith('loaded').map((line) => toStageSeconds(line, passage)) : [],
    quarantined: listWith('quarantined').map(({ dataset }) => dataset),
    newColumns: report?.newColumns ?? {},
  };
}

/** When the layers had taken a batch in, as far as they still know. */
function toPassage(report: JobReport | undefined, { gold, publishedAt, silver }: UpperProgress): FilePassage {
  const inSilver = report && findFirstCovering(silver, getReportedVersions(report));
  const inGold = inSilver && findFirstCovering(gold, inSilver.versions);
  return { bronzeAt: report?.at, silverAt: inSilver?.at, goldAt: inGold?.at, publishedAt };
}

/** Batches that were loaded, were blocked or failed after that, and are in no release yet. */
async function listLoadedBefore(
  ports: FinalizePorts,
  run: RunRecord,
  unreleased: readonly UnreleasedBatch[],
): Promise<BatchId[]> {
  const earlier = unreleased.filter(({ batch }) => batch < run.batch);
  const reports = await Promise.all(earlier.map(({ batch }) => readReport(ports, batch, 'bronze')));
  return earlier.flatMap(({ batch }, index) => (reports[index] ? [batch] : []));
}

/** Batches that were never read, and whose files are all of later batches by now: a retry has loaded them anew. */
async function listOvertaken(ports: FinalizePorts, unread: readonly UnreleasedBatch[]): Promise<BatchId[]> {
  const overtaken: BatchId[] = [];
  for (const { batch, removals = 0 } of unread) {
    if (removals > 0) continue;
    const lines = await readManifest(ports, batch);
    const files = await mapConcurrently(lines, filesAtOnce, ({ dataset, file }) => ports.files.get(dataset, file));
    if (files.every((file) => file?.batch !== undefined && file.batch > batch)) overtaken.push(batch);
  }
  return overtaken;
}

/** Runs that ended without a release get the one that has carried their files after all. */
async function attachToRelease({ runs }: FinalizePorts, batches: readonly BatchId[], run: RunRecord): Promise<void> {
  for (const batch of batches) {
    if (batch === run.batch) continue;
    await runs.update(batch, (earlier) => {
      const isOpen = !earlier.release && earlier.outcome !== 'running';
      return isOpen ? { ...earlier, release: run.release } : undefined;
    });
  }
}
