import { z } from 'zod';
import { BatchId } from '../../../medallion/files/manifest.ts';
import { RunRecord } from '../../../medallion/runs/run.ts';
import { Problem } from '../problem.ts';
import { Paging, type Room, route } from '../route.ts';

export const RunParams = z.strictObject({ id: z.string().min(1).max(128) });

export async function findRun({ world }: Pick<Room, 'world'>, id: string): Promise<RunRecord | Problem> {
  const batch = BatchId.safeParse(id);
  const run = batch.success ? await world.registry.run(batch.data) : undefined;
  return run ?? new Problem('not_found', `No run is recorded as '${id}'.`);
}

export const runs = route({
  name: 'runs',
  path: 'api/runs',
  role: 'reader',
  summary: 'Every run, newest first.',
  query: z.strictObject(Paging),
  answer: z.object({ runs: z.array(RunRecord), next: z.string().optional() }),
  perform: async ({ world }, { query: { after, limit } }) => {
    const { next, rows } = await world.registry.runs(limit, after);
    return { runs: rows, ...(next ? { next } : {}) };
  },
});

export const run = route({
  name: 'run',
  path: 'api/runs/{id}',
  role: 'reader',
  summary: 'One run with its layers, verdicts and versions.',
  params: RunParams,
  answer: RunRecord,
  problems: ['not_found'],
  perform: (room, { params }) => findRun(room, params.id),
});
