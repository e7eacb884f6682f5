import type { Ports } from '../../medallion/ports/index.ts';
import type { UnreleasedBatch } from '../../medallion/ports/unreleased-batches.ts';
import { isCovered, listLoadedBatches, readNewestCut } from './read-cut.ts';

/**
 * The batches on their way to a release, oldest first. While a release is blocked the streams go on, and only what gold
 * is not made of counts.
 */
export async function listInFlight(
  ports: Pick<Ports, 'lake' | 'runs' | 'unreleasedBatches'>,
): Promise<UnreleasedBatch[]> {
  const [latest] = (await ports.runs.list(1)).rows;
  if (latest === undefined || latest.outcome === 'published') return ports.unreleasedBatches.list();
  const cut = await readNewestCut(ports);
  const batches = await listLoadedBatches(ports);
  return batches.filter((batch) => cut === undefined || !isCovered(cut, batch));
}
