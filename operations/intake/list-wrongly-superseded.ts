import type { JobReport } from '../../medallion/files/report.ts';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { readManifest } from '../read-manifest.ts';

const maxRequests = 8;

/** Paths that a bronze job took for superseded although storage still has the content that was listed. */
export async function listWronglySuperseded(
  ports: Pick<Ports, 'lake'>,
  { batch, files = [] }: JobReport,
): Promise<string[]> {
  const superseded = new Set(files.filter(({ outcome }) => outcome === 'superseded').map(({ file }) => file));
  if (superseded.size === 0) return [];
  const lines = (await readManifest(ports, batch)).filter(({ file }) => superseded.has(file));
  const paths = await mapConcurrently(lines, maxRequests, async ({ etag, path }) => {
    const properties = await ports.lake.getProperties(path);
    return properties?.etag === etag ? [path] : [];
  });
  return paths.flat();
}
