import { z } from 'zod';
import { quantilesOf } from '../medallion/freshness.ts';
import type { Registry } from '../medallion/world.ts';
import { withQuery } from './answer.ts';

const FreshnessQuery = z.strictObject({ releases: z.coerce.number().int().min(1).max(1000).default(100) });

/** `GET /api/freshness`: seconds from landing to each station, p50 and p99 over the files of the last so many releases. */
export const freshnessRequested = (registry: Pick<Registry, 'runs'>) =>
  withQuery(FreshnessQuery, async ({ releases }) => {
    const runs = (await registry.runs(releases)).rows;
    const known = runs.flatMap(({ freshness }) => (freshness ? [freshness] : []));
    const files = known.reduce((sum, each) => sum + each.files, 0);
    return { jsonBody: { releases: known.length, files, seconds: quantilesOf(known) } };
  });
