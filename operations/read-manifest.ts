import { type BatchId, type ManifestLine, manifestPath, parseManifest } from '../medallion/files/manifest.ts';
import type { Ports } from '../medallion/ports/index.ts';

/** The files of a batch; none if it has no manifest. */
export const readManifest = async ({ lake }: Pick<Ports, 'lake'>, batch: BatchId): Promise<ManifestLine[]> =>
  parseManifest((await lake.readControl(manifestPath(batch))) ?? '');

/** The datasets of some files, each once. */
export const listDatasets = (files: readonly { readonly dataset: string }[]): string[] =>
  [...new Set(files.map(({ dataset }) => dataset))].sort();
