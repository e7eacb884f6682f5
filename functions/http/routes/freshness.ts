import { z } from 'zod';
import { getQuantiles, Quantiles } from '../../../medallion/files/freshness.ts';
import { route } from '../route.ts';

export const freshness = route({
  name: 'freshness',
  path: 'api/freshness',
  role: 'reader',
  summary: 'Seconds from landing to each stage, p50 and p99 over the files of the last releases.',
  query: z.strictObject({ releases: z.coerce.number<string>().int().min(1).max(1000).default(100) }),
  answer: z.object({ releases: z.int(), files: z.int(), seconds: z.record(z.string(), Quantiles) }),
  handle: async ({ ports }, { query: { releases } }) => {
    const runs = (await ports.runs.listPublished(releases)).rows;
    const ages = runs.flatMap((run) => (run.freshness ? [run.freshness] : []));
    const files = ages.reduce((sum, release) => sum + release.files, 0);
    return { releases: ages.length, files, seconds: getQuantiles(ages) };
  },
});
