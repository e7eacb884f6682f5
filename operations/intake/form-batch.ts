import { z } from 'zod';
import { exclusionPath, formatDecision } from '../../medallion/files/decisions.ts';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import { BatchId, formatManifest, ManifestLine, manifestPath } from '../../medallion/files/manifest.ts';
import { limitBytes, listNewestContents } from '../../medallion/files/queue.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { listDatasets, readManifest } from '../read-manifest.ts';

export const FormedBatch = z.object({ batch: BatchId, files: z.int(), datasets: z.array(z.string()) });
export type FormedBatch = z.infer<typeof FormedBatch>;

type FormBatchPorts = Pick<Ports, 'lake' | 'pipelineControl' | 'queue' | 'unreleasedBatches'>;

export const isBatchFormed = async ({ lake }: Pick<Ports, 'lake'>, batch: BatchId): Promise<boolean> =>
  (await lake.readControl(manifestPath(batch))) !== undefined;

/** Takes what waits into a manifest, whose appearance is the commit. False if nothing waits. */
export async function writeManifest(
  ports: FormBatchPorts & Pick<Ports, 'tuning'>,
  batch: BatchId,
  maxFiles: number,
): Promise<boolean> {
  const waiting = listNewestContents(await ports.queue.next(maxFiles));
  const files = limitBytes(waiting, ports.tuning.batches.maxBytesPerBatch);
  if (files.length === 0) return false;
  // Who excludes a file while somebody else includes it may leave the row without its text, which is what bronze reads.
  for (const file of files.filter(({ status }) => status === 'excluded'))
    await ports.lake.commitControl(exclusionPath(file), formatDecision(file));
  await ports.pipelineControl.startForming(batch);
  await ports.lake.commitControl(manifestPath(batch), formatManifest(files.map((file) => toManifestLine(batch, file))));
  return true;
}

/** What has to follow the manifest. Called again for the same batch, it finishes what was left undone. */
export async function finishForming(ports: FormBatchPorts, batch: BatchId): Promise<FormedBatch> {
  const lines = await readManifest(ports, batch);
  const formed = toFormedBatch(batch, lines);
  const removals = lines.filter(({ action }) => action === 'remove').length;
  await ports.unreleasedBatches.save({ ...formed, ...(removals > 0 ? { removals } : {}) });
  await ports.queue.markLoading(lines);
  await ports.pipelineControl.endForming();
  return formed;
}

/** A batch that was finished before: nothing follows its manifest a second time, when its run may be over. */
export const readFormed = async (ports: Pick<Ports, 'lake'>, batch: BatchId): Promise<FormedBatch> =>
  toFormedBatch(batch, await readManifest(ports, batch));

const toFormedBatch = (batch: BatchId, lines: readonly ManifestLine[]): FormedBatch => ({
  batch,
  files: lines.length,
  datasets: listDatasets(lines),
});

/**
 * A batch whose manifest an earlier pipeline has written, and nothing more. Its files are still in the queue, so another
 * batch would take them a second time.
 */
export async function findUnfinished(ports: FormBatchPorts): Promise<BatchId | undefined> {
  const batch = await ports.pipelineControl.findForming();
  return batch !== undefined && (await isBatchFormed(ports, batch)) ? batch : undefined;
}

function toManifestLine(batch: BatchId, file: RegisteredFile): ManifestLine {
  const action = file.status === 'excluded' ? { action: 'remove' } : {};
  return ManifestLine.parse({ ...file, batch, replaces: file.replaces ?? null, ...action });
}
