import { getReportedVersions } from '../../medallion/files/report.ts';
import { type Layer, layers } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { UnreleasedBatch } from '../../medallion/ports/unreleased-batches.ts';
import { type ConsistentCut, findNewestCut, isAtLeast, type ProgressEntry } from '../../medallion/releases/progress.ts';
import { readProgress } from '../read-progress.ts';
import { readReport } from '../read-report.ts';

/** The newest versions of all layers that are made of one another. */
export async function readNewestCut(ports: Pick<Ports, 'lake'>): Promise<ConsistentCut | undefined> {
  const progress: Partial<Record<Layer, ProgressEntry[]>> = {};
  // From the top down: what lies below can only be further on by the time it is read.
  for (const layer of layers.toReversed()) progress[layer] = await readProgress(ports, layer);
  const { bronze = [], gold = [], silver = [] } = progress;
  return findNewestCut({ bronze, silver, gold });
}

export const isCovered = (cut: ConsistentCut, { versions }: UnreleasedBatch): boolean =>
  versions !== undefined && isAtLeast(cut.covered, versions);

/** The batches in no release yet, with the versions at which bronze has loaded them. */
export async function listLoadedBatches(ports: Pick<Ports, 'lake' | 'unreleasedBatches'>): Promise<UnreleasedBatch[]> {
  const batches = await ports.unreleasedBatches.list();
  return Promise.all(batches.map((batch) => withVersions(ports, batch)));
}

/**
 * Why no release may be made: rows of a file that a person has excluded may be in it. They leave with a batch, and
 * `isIncluded` says whether the release has it.
 */
export async function findOpenRemoval(
  ports: Pick<Ports, 'lake' | 'queue' | 'unreleasedBatches'>,
  isIncluded: (batch: UnreleasedBatch) => boolean,
): Promise<string | undefined> {
  const [waiting] = await ports.queue.listRemovals(1);
  if (waiting)
    return `File '${waiting.path}' was excluded meanwhile. The next batch removes its rows, and publishes all else.`;
  // In this order: what leaves the queue is in a batch before.
  const removing = (await ports.unreleasedBatches.list()).filter(({ removals = 0 }) => removals > 0);
  const batches = await Promise.all(removing.map((batch) => withVersions(ports, batch)));
  const open = batches.find((batch) => !isIncluded(batch));
  return open && `Batch '${open.batch}' removes rows of excluded files, and this release would be made before it.`;
}

/** Remembers the versions that a batch was loaded at, so that its report is read once. */
async function withVersions(
  ports: Pick<Ports, 'lake' | 'unreleasedBatches'>,
  batch: UnreleasedBatch,
): Promise<UnreleasedBatch> {
  if (batch.versions !== undefined) return batch;
  const report = await readReport(ports, batch.batch, 'bronze');
  if (report === undefined) return batch;
  const versions = getReportedVersions(report);
  await ports.unreleasedBatches.recordVersions(batch.batch, versions);
  return { ...batch, versions };
}
