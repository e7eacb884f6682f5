import { expect, it } from 'vitest';
import { freshnessRequested } from '../../functions/freshness-requested.ts';
import type { RunRecord } from '../../medallion/run.ts';
import { requestTo } from '../support/request.ts';
import { batch } from '../support/samples.ts';

const run = (seconds?: number): RunRecord => ({
  batch,
  outcome: 'published',
  files: 1,
  datasets: [],
  startedAt: '',
  layers: [],
  ...(seconds === undefined ? {} : { freshness: { files: 1, journeys: [[0.5, 1, 2, 3, seconds]] } }),
});
const registry = { runs: async () => ({ rows: [run(4), run(), run(6)] }) };

it('GET /api/freshness gives p50 and p99 of each station over the last releases', async () => {
  expect(await freshnessRequested(registry)(requestTo('freshness'))).toMatchObject({
    jsonBody: { releases: 2, files: 2, seconds: { bronze: { p50: 1, p99: 1 }, published: { p50: 4, p99: 6 } } },
  });
  expect(await freshnessRequested(registry)(requestTo('freshness?releases=none'))).toMatchObject({ status: 400 });
});
