import { z } from 'zod';
import { RunRecord } from '../../../medallion/runs/run.ts';
import { findRun } from '../find-resource.ts';
import { Paging, route } from '../route.ts';

export const runs = route({
  name: 'runs',
  path: 'api/runs',
  role: 'reader',
  summary: 'Every run, newest first.',
  query: z.strictObject(Paging),
  answer: z.object({ runs: z.array(RunRecord), next: z.string().optional() }),
  handle: async ({ ports }, { query: { after, limit } }) => {
    const { next, rows } = await ports.runs.list(limit, after);
    return { runs: rows, ...(next ? { next } : {}) };
  },
});

export const run = route({
  name: 'run',
  path: 'api/runs/{id}',
  role: 'reader',
  summary: 'One run with its layers, verdicts and versions.',
  params: z.strictObject({ id: z.string().min(1).max(128) }),
  answer: RunRecord,
  problems: ['not_found'],
  handle: ({ ports }, { params }) => findRun(ports, params.id),
});
