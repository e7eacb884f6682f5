import { describe, expect, it } from 'vitest';
import { run, runs } from '../../../../functions/http/routes/runs.ts';
import type { RunRecord } from '../../../../medallion/runs/run.ts';
import { batch } from '../../../support/samples.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const record: RunRecord = {
  ...{ batch, outcome: 'running', files: 1, datasets: [], startedAt: '2026-01-01T00:00:00Z', layers: [] },
};
const context = createTestContext({
  registry: {
    runs: async () => ({ rows: [record], next: 'on' }),
    run: async (id) => (id === batch ? record : undefined),
  },
});

describe('GET /api/runs', () => {
  it('gives a page, and where the next begins', async () => {
    expect((await send(context, runs)).body).toEqual({ runs: [record], next: 'on' });
  });

  it('is not answered again to somebody who has the answer already', async () => {
    const { headers } = await send(context, runs);
    const again = await send(context, runs, { headers: { 'if-none-match': `W/${headers['etag']}` } });
    expect(again.status).toBe(304);
    expect(again.body).toBeUndefined();
  });
});

describe('GET /api/runs/{id}', () => {
  it('gives the run', async () => {
    expect((await send(context, run, { params: { id: batch } })).body).toEqual(record);
  });

  it.for(['20260101T000000000Z-ffffffff', 'nothing'])('knows no run %s', async (id) => {
    expect((await send(context, run, { params: { id } })).status).toBe(404);
  });
});
