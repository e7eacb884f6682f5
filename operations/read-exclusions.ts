import { exclusionFolder } from '../medallion/files/decisions.ts';
import type { ManifestLine } from '../medallion/files/manifest.ts';
import type { Ports } from '../medallion/ports/index.ts';
import { listDatasets } from './read-manifest.ts';

/** The texts by which bronze leaves out files, as paths in the control container, of the datasets of some lines. */
export async function readExclusions(
  { lake }: Pick<Ports, 'lake'>,
  lines: readonly ManifestLine[],
): Promise<ReadonlySet<string>> {
  const paths = await Promise.all(listDatasets(lines).map((dataset) => lake.listControl(exclusionFolder(dataset))));
  return new Set(paths.flat());
}
