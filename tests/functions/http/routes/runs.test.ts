import { describe, expect, it } from 'vitest';
import { run, runs } from '../../../../functions/http/routes/runs.ts';
import { batch, publishedRun } from '../../../support/samples.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const newer = { ...publishedRun, batch: batch.replace('20260101', '20260102'), outcome: 'running' as const };

async function createContext() {
  const context = createTestContext();
  for (const record of [publishedRun, newer]) await context.ports.runs.save(record);
  return context;
}

describe('GET /api/runs', () => {
  it('gives the newest first, a page at a time, and where the next begins', async () => {
    const context = await createContext();
    expect((await send(context, runs)).body).toEqual({ runs: [newer, publishedRun] });
    const first = await send(context, runs, { query: { limit: '1' } });
    expect(first.body).toEqual({ runs: [newer], next: expect.any(String) });
    expect((await send(context, runs, { query: { after: first.body.next } })).body).toEqual({ runs: [publishedRun] });
  });

  it('is not sent again to somebody who has it already', async () => {
    const context = await createContext();
    const { headers } = await send(context, runs);
    const repeated = await send(context, runs, { headers: { 'if-none-match': `W/${headers['etag']}` } });
    expect(repeated.status).toBe(304);
    expect(repeated.body).toBeUndefined();
  });
});

describe('GET /api/runs/{id}', () => {
  it('gives the run', async () => {
    expect((await send(await createContext(), run, { params: { id: batch } })).body).toEqual(publishedRun);
  });

  it.for(['20260101T000000000Z-ffffffff', 'nothing'])('has no run %s', async (id) => {
    expect((await send(await createContext(), run, { params: { id } })).status).toBe(404);
  });
});
