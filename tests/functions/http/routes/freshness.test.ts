import { expect, it } from 'vitest';
import { freshness } from '../../../../functions/http/routes/freshness.ts';
import type { RunRecord } from '../../../../medallion/runs/run.ts';
import { createTableContract } from '../../../support/fake-ports.ts';
import { publishedRun } from '../../../support/samples.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const createRun = (day: string, change: Partial<RunRecord>): RunRecord => ({
  ...publishedRun,
  batch: `202601${day}T000000000Z-01234567`,
  ...change,
});
const createAged = (day: string, seconds: number) =>
  createRun(day, { freshness: { files: 1, samples: [[0.5, 1, 2, 3, seconds]] } });

it('GET /api/freshness says of each table what is promised, what was kept, and what is left', async () => {
  const promised = { ...createTableContract('gold.summary'), freshness: { minutes: 1 } };
  const tables = [promised, createTableContract('gold.other'), createTableContract('silver.users')];
  const context = createTestContext({ tables }, new Date('2026-01-05T00:00:00Z'));
  const runs = [createAged('01', 9), createAged('02', 61), createRun('03', { outcome: 'blocked' })];
  for (const run of runs) await context.ports.runs.save({ ...run, startedAt: '2026-01-04T00:00:00Z' });
  const { batch, datasets, files } = createRun('03', {});
  await context.ports.unreleasedBatches.save({ batch, datasets, files });
  const { body } = await send(context, freshness);
  expect(body.tables).toMatchObject([
    { table: 'gold.summary', promiseSeconds: 60, files: 3, p50: 61, p99: 86_400, inTimeShare: expect.closeTo(1 / 3) },
  ]);
  expect(body.tables[0].budgetLeft).toBeLessThan(0);
  await context.ports.unreleasedBatches.markReleased([batch]);
  expect((await send(context, freshness)).body.tables).toMatchObject([{ files: 2, p99: 61 }]);
});

it('GET /api/freshness gives p50 and p99 of each stage over the last releases', async () => {
  const context = createTestContext();
  const blocked = Array.from({ length: 20 }, (_, index) => createRun(String(index + 10), { outcome: 'blocked' }));
  const runs = [createAged('01', 9), createAged('02', 4), createRun('03', {}), createAged('04', 6), ...blocked];
  for (const run of runs) await context.ports.runs.save(run);

  expect((await send(context, freshness, { query: { releases: '3' } })).body).toMatchObject({
    releases: 2,
    files: 2,
    seconds: { bronze: { p50: 1, p99: 1 }, published: { p50: 4, p99: 6 } },
  });
  expect((await send(context, freshness)).body).toMatchObject({ releases: 3, files: 3 });
  expect((await send(context, freshness, { query: { releases: 'none' } })).status).toBe(400);
});
