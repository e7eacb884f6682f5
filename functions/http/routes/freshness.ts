import { z } from 'zod';
import { getQuantiles, Quantiles } from '../../../medallion/files/freshness.ts';
import { getTableFreshness, listPromises, TableFreshness } from '../../../medallion/files/table-freshness.ts';
import { listRecentRuns } from '../../../operations/runs/list-recent-runs.ts';
import { route } from '../route.ts';

export const freshness = route({
  name: 'freshness',
  path: 'api/freshness',
  role: 'reader',
  summary:
    'Seconds from landing to each stage, p50 and p99 over the files of the last releases. For each table: what its contract promises, and what it kept over these releases, 28 days at most. Also what is left of the 1 % that may be late.',
  query: z.strictObject({ releases: z.coerce.number<string>().int().min(1).max(1000).default(100) }),
  answer: z.object({
    releases: z.int(),
    files: z.int(),
    seconds: z.record(z.string(), Quantiles),
    tables: z.array(TableFreshness),
  }),
  handle: async ({ now, ports }, { query: { releases } }) => {
    const recent = await listRecentRuns(ports, releases);
    const runs = recent.filter(({ outcome }) => outcome === 'published').slice(0, releases);
    const ages = runs.flatMap((run) => (run.freshness ? [run.freshness] : []));
    const files = ages.reduce((sum, release) => sum + release.files, 0);
    const unreleased = new Set((await ports.unreleasedBatches.list()).map(({ batch }) => batch));
    const tables = listPromises(ports.tables).map((promise) => getTableFreshness(promise, recent, unreleased, now()));
    return { releases: ages.length, files, seconds: getQuantiles(ages), tables };
  },
});
