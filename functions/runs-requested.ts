import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { BatchId } from '../medallion/manifest.ts';
import type { Registry } from '../medallion/world.ts';
import { Paging, problem, withQuery } from './answer.ts';

/** `GET /api/runs`: newest first, a page at a time. */
export const runsRequested = (registry: Pick<Registry, 'runs'>) =>
  withQuery(z.strictObject(Paging), async ({ limit, after }) => {
    const { rows, next } = await registry.runs(limit, after);
    return { jsonBody: { runs: rows, ...(next ? { next } : {}) } };
  });

/** `GET /api/runs/{id}` */
export const runRequested =
  (registry: Pick<Registry, 'run'>) =>
  async ({ params }: HttpRequest): Promise<HttpResponseInit> => {
    const batch = BatchId.safeParse(params['id']);
    const run = batch.success ? await registry.run(batch.data) : undefined;
    return run ? { jsonBody: run } : problem(404, 'No such run', `No run is recorded as '${params['id']}'.`);
  };
