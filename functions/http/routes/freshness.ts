import { z } from 'zod';
import { quantilesOf } from '../../../medallion/files/freshness.ts';
import { route } from '../route.ts';

const Quantiles = z.object({ p50: z.number(), p99: z.number() });

export const freshness = route({
  name: 'freshness',
  path: 'api/freshness',
  role: 'reader',
  summary: 'Seconds from landing to each station, p50 and p99 over the files of the last so many releases.',
  query: z.strictObject({ releases: z.coerce.number<string>().int().min(1).max(1000).default(100) }),
  answer: z.object({ releases: z.int(), files: z.int(), seconds: z.record(z.string(), Quantiles) }),
  perform: async ({ world }, { query: { releases } }) => {
    const runs = (await world.registry.runs(releases)).rows;
    const known = runs.flatMap((run) => (run.freshness ? [run.freshness] : []));
    const files = known.reduce((sum, each) => sum + each.files, 0);
    return {
      releases: known.length,
      files,
      seconds: quantilesOf(known) as Record<string, { p50: number; p99: number }>,
    };
  },
});
