import { exclusionPath } from '../../medallion/files/decisions.ts';
import { type RegisteredFile, toFileId } from '../../medallion/files/file.ts';
import type { BatchId, ManifestLine } from '../../medallion/files/manifest.ts';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { excludeFile } from '../intake/decide-file.ts';
import { readManifest } from '../read-manifest.ts';
import { readReport } from '../read-report.ts';

type BatchPorts = Pick<Ports, 'files' | 'lake'>;

const concurrency = 16;

/** Excludes the files of a batch that are in no release. Answers with how many of its files are excluded then. */
export async function excludeUnreleased(ports: BatchPorts, batch: BatchId, reason: string): Promise<number> {
  const own = await listOwnFiles(ports, batch, await readManifest(ports, batch));
  const files = own.filter(({ release }) => release === undefined);
  const included = files.filter(({ status }) => status !== 'excluded' && status !== 'superseded');
  await mapConcurrently(included, concurrency, (file) => excludeFile(ports, file, reason));
  return included.length + files.filter(({ status }) => status === 'excluded').length;
}

/** New files of a run that a person ended stay out until somebody retries the run. */
export async function keepCancelledOut(
  ports: BatchPorts & Pick<Ports, 'pipelineControl'>,
  batch: BatchId,
): Promise<void> {
  const cancellation = await ports.pipelineControl.findCancellation(batch);
  if (cancellation !== undefined) await excludeUnreleased(ports, batch, cancellation);
}

/**
 * Takes back what a cancellation has excluded, for somebody who loads the files anew. Answers with these files, also with
 * those that were taken back before: a request that broke off is sent again, and would load nothing. What no longer lies
 * in the landing zone cannot be loaded, and stays out.
 */
export async function readmitCancelled(
  ports: BatchPorts,
  batch: BatchId,
  cancellation: string,
): Promise<RegisteredFile[]> {
  const files = (await listOwnFiles(ports, batch, await readManifest(ports, batch))).filter(
    ({ reason, status }) => (status === 'excluded' || status === 'failed') && reason === cancellation,
  );
  const readmitted = await mapConcurrently(files, concurrency, (file) => readmitFile(ports, file, cancellation));
  return readmitted.flat();
}

async function readmitFile(ports: BatchPorts, file: RegisteredFile, cancellation: string): Promise<RegisteredFile[]> {
  const landed = await ports.lake.getProperties(file.path);
  if (landed === undefined || toFileId(landed) !== file.file) {
    if (file.status === 'failed') await excludeFile(ports, file, cancellation);
    return [];
  }
  if (!(await ports.files.readmit(file, cancellation))) return [];
  await ports.lake.removeControl(exclusionPath(file));
  return [file];
}

/** Puts removals back into the queue that bronze has not carried out, so that no release waits for this batch. */
export async function handOverRemovals(
  ports: BatchPorts & Pick<Ports, 'unreleasedBatches'>,
  batch: BatchId,
): Promise<void> {
  const unreleased = (await ports.unreleasedBatches.list()).find((other) => other.batch === batch);
  if (!unreleased?.removals || (await readReport(ports, batch, 'bronze')) !== undefined) return;
  const lines = (await readManifest(ports, batch)).filter(({ action }) => action === 'remove');
  const files = await mapConcurrently(lines, concurrency, ({ dataset, file }) => ports.files.get(dataset, file));
  for (const file of files.filter((registered) => registered !== undefined))
    if (file.status === 'excluded') await excludeFile(ports, file, file.reason ?? '');
  await ports.unreleasedBatches.save({ ...unreleased, removals: 0 });
}

/** The files that a batch was to load, and that no later batch has taken. */
export async function listOwnFiles(
  ports: Pick<Ports, 'files'>,
  batch: BatchId,
  manifest: readonly ManifestLine[],
): Promise<RegisteredFile[]> {
  const lines = manifest.filter(({ action }) => action === undefined);
  const files = await mapConcurrently(lines, concurrency, ({ dataset, file }) => ports.files.get(dataset, file));
  return files.filter((file) => file?.batch === batch).filter((file) => file !== undefined);
}
