import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FileId, LandedFile } from './file.ts';

/** Time first, so that names sort by age; a piece of a GUID, so that two at the same millisecond differ. */
export const BatchId = z.string().regex(/^\d{8}T\d{9}Z-[0-9a-f]{8}$/);
export type BatchId = z.infer<typeof BatchId>;

export function createBatchId(time: Date, guid: string): BatchId {
  const stamp = time.toISOString().replaceAll(/[-:.]/g, '');
  return BatchId.parse(`${stamp}-${guid.replaceAll('-', '').slice(0, 8)}`);
}

export function getBatchTime(batch: BatchId): Date {
  const [, year, month, day, hour, minute, second, ms] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(batch) ?? [];
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
}

/** One line of a manifest: exactly this content of exactly this path. */
export const ManifestLine = LandedFile.extend({
  batch: BatchId,
  file: FileId,
  dataset: z.string().min(1),
  /** The content of the same path that this one takes the place of. */
  replaces: FileId.nullable(),
  registeredAt: z.iso.datetime().optional(),
  /** Of two contents of a path the one with the greater number is newer. */
  sequence: z.int().positive().optional(),
  /** The rows of this file are taken out; without it the file is loaded. */
  action: z.literal('remove').optional(),
});
export type ManifestLine = z.infer<typeof ManifestLine>;

export function manifestPath(batch: BatchId): string {
  return `manifests/${getBatchTime(batch).toISOString().slice(0, 10)}/${batch}.jsonl`;
}

/** A job writes each report under a new name, as files of a volume are never written again; names sort by age. */
export function reportFolder(batch: BatchId, layer: string): string {
  return `reports/${batch}/${layer}`;
}

/** Named after what it says: a layer that is judged again, at other versions or otherwise, leaves a verdict of its own. */
export function verdictPath(batch: BatchId, layer: string, content: unknown): string {
  const mark = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
  return `verdicts/${batch}/${layer}-${mark}.json`;
}

export function formatManifest(lines: readonly ManifestLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

export function parseManifest(text: string): ManifestLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ManifestLine.parse(JSON.parse(line)));
}
