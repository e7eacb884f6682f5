import { z } from 'zod';
import { type FilePassage, Freshness, summarizeFreshness, toStageSeconds } from '../../medallion/files/freshness.ts';
import type { BatchId } from '../../medallion/files/manifest.ts';
import { getReportedVersions, type JobReport } from '../../medallion/files/report.ts';
import type { FileOutcome } from '../../medallion/ports/files.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { findFirstCovering, type ProgressEntry } from '../../medallion/releases/progress.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { readManifest } from '../read-manifest.ts';
import { readProgress } from '../read-progress.ts';
import { readReport } from '../read-report.ts';

type FinalizePorts = Pick<Ports, 'files' | 'lake' | 'runs' | 'unreleasedBatches'>;

/** How old the files of a release were; nothing if it has none, or if the run did not publish. */
export const Finalized = z.object({ freshness: Freshness.optional() });
type Finalized = z.infer<typeof Finalized>;

/** Writes down how each file of a finished run ended. A release also carries what earlier runs had to leave behind. */
export async function finalizeFiles(ports: FinalizePorts, run: RunRecord, now: Date): Promise<Finalized> {
  const { outcome, reason, release } = run;
  const ownBatches = run.batches ?? [run.batch];
  if (outcome !== 'published') {
    const status = outcome === 'blocked' ? 'blocked' : 'failed';
    for (const batch of ownBatches) await finalizeBatch(ports, batch, { status, reason });
    return {};
  }
  const batches = [...(run.batches ? [] : await listUnreleasedBefore(ports, run)), ...ownBatches];
  const progress = await readUpperProgress(ports, now);
  const ages = [];
  for (const batch of batches)
    ages.push(...(await finalizeBatch(ports, batch, { status: 'published', release }, progress)));
  await attachToRelease(ports, batches, run);
  await ports.unreleasedBatches.markReleased(batches);
  return ages.length > 0 ? { freshness: summarizeFreshness(ages) } : {};
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

/** Answers with the ages of the files that were loaded, if `progress` says when they came through. */
async function finalizeBatch(ports: FinalizePorts, batch: BatchId, outcome: FileOutcome, progress?: UpperProgress) {
  const lines = await readManifest(ports, batch);
  const report = await readReport(ports, batch, 'bronze');
  const accounts = new Map((report?.files ?? []).map((account) => [account.file, account]));
  const passage = progress && toPassage(report, progress);
  await ports.files.finalize(lines, accounts, { ...outcome, passage });
  const loaded = lines.filter(({ file }) => accounts.get(file)?.outcome === 'loaded');
  return passage ? loaded.map((line) => toStageSeconds(line, passage)) : [];
}

/** When the layers had taken a batch in, as far as they still know. */
function toPassage(report: JobReport | undefined, { gold, publishedAt, silver }: UpperProgress): FilePassage {
  const inSilver = report && findFirstCovering(silver, getReportedVersions(report));
  const inGold = inSilver && findFirstCovering(gold, inSilver.versions);
  return { bronzeAt: report?.at, silverAt: inSilver?.at, goldAt: inGold?.at, publishedAt };
}

/** Batches that were loaded, were blocked or failed after that, and are in no release yet. */
async function listUnreleasedBefore(ports: FinalizePorts, run: RunRecord): Promise<BatchId[]> {
  const earlier = (await ports.unreleasedBatches.list()).filter(({ batch }) => batch < run.batch);
  const reports = await Promise.all(earlier.map(({ batch }) => readReport(ports, batch, 'bronze')));
  return earlier.flatMap(({ batch }, index) => (reports[index] ? [batch] : []));
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
