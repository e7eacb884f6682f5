import { expect, it } from 'vitest';
import { freshness } from '../../../../functions/http/routes/freshness.ts';
import type { RunRecord } from '../../../../medallion/runs/run.ts';
import { batch } from '../../../support/samples.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const run = (seconds?: number): RunRecord => ({
  batch,
  outcome: 'published',
  files: 1,
  datasets: [],
  startedAt: '',
  layers: [],
  ...(seconds === undefined ? {} : { freshness: { files: 1, stageSeconds: [[0.5, 1, 2, 3, seconds]] } }),
});

it('GET /api/freshness gives p50 and p99 of each station over the last releases', async () => {
  const context = createTestContext({ registry: { runs: async () => ({ rows: [run(4), run(), run(6)] }) } });

  expect((await send(context, freshness, {})).body).toMatchObject({
    ...{ releases: 2, files: 2 },
    seconds: { bronze: { p50: 1, p99: 1 }, published: { p50: 4, p99: 6 } },
  });
  expect((await send(context, freshness, { query: { releases: 'none' } })).status).toBe(400);
});
