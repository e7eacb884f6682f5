import { exclusionPath } from '../../medallion/files/decisions.ts';
import type { BatchId } from '../../medallion/files/manifest.ts';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { readExclusions } from '../read-exclusions.ts';
import { readManifest } from '../read-manifest.ts';
import { listOwnFiles } from '../runs/exclude-unreleased.ts';

const concurrency = 16;

/**
 * Loads files anew that nobody excludes any more, and that bronze has left out all the same: whoever included them was
 * overtaken by a batch that wrote the text of the exclusion once more. The row counts. It comes first, since a file
 * without a text that nobody loads would be found by no one.
 */
export async function requeueIncluded(ports: Pick<Ports, 'files' | 'lake'>, batch: BatchId): Promise<void> {
  const manifest = await readManifest(ports, batch);
  const excluded = await readExclusions(ports, manifest);
  const left = manifest.filter((line) => excluded.has(exclusionPath(line)));
  const files = await listOwnFiles(ports, batch, left);
  const included = files.filter(({ status }) => status !== 'excluded' && status !== 'superseded');
  await mapConcurrently(included, concurrency, async (file) => {
    await ports.files.requeueIncluded(file);
    await ports.lake.removeControl(exclusionPath(file));
  });
}
