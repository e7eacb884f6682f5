import type { Ports } from '../../medallion/ports/index.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';

/** The newest runs, and the newest releases: however many runs were blocked since, the releases are among them. */
export async function listRecentRuns({ runs }: Pick<Ports, 'runs'>, max: number): Promise<RunRecord[]> {
  const [recent, published] = await Promise.all([runs.list(max), runs.listPublished(max)]);
  const byBatch = new Map([...published.rows, ...recent.rows].map((run) => [run.batch, run]));
  return [...byBatch.values()].sort((a, b) => (a.batch < b.batch ? 1 : -1));
}
