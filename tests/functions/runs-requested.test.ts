import { describe, expect, it } from 'vitest';
import { runRequested, runsRequested } from '../../functions/runs-requested.ts';
import type { RunRecord } from '../../medallion/run.ts';
import { requestTo } from '../support/request.ts';
import { batch } from '../support/samples.ts';

const run: RunRecord = {
  batch,
  outcome: 'published',
  files: 1,
  datasets: [],
  startedAt: '2026-01-01T00:00:00Z',
  layers: [],
};

describe('GET /api/runs', () => {
  it('gives the runs, and no next page on the last', async () => {
    expect(await runsRequested({ runs: async () => ({ rows: [run] }) })(requestTo('runs'))).toEqual({
      jsonBody: { runs: [run] },
    });
  });
});

describe('GET /api/runs/{id}', () => {
  const answer = runRequested({ run: async (id) => (id === batch ? run : undefined) });

  it('gives the run', async () => {
    expect(await answer(requestTo('runs/x', { id: batch }))).toEqual({ jsonBody: run });
  });

  it.for(['20280101T000000000Z-01234567', 'nothing'])('knows no run %s', async (id) => {
    expect((await answer(requestTo('runs/x', { id }))).status).toBe(404);
  });
});
