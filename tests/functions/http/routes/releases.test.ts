import { afterEach, describe, expect, it, vi } from 'vitest';
import { release, releases, rollBack } from '../../../../functions/http/routes/releases.ts';
import type { QueryResult } from '../../../../medallion/ports/sql-warehouse.ts';
import type { RunRecord } from '../../../../medallion/runs/run.ts';
import { createTableContract } from '../../../support/fake-ports.ts';
import { beginPublication } from '../../../support/publication.ts';
import { batch } from '../../../support/samples.ts';
import { createTestContext, send, type TestContext } from '../../../support/test-context.ts';

const later = batch.replace('20260101', '20260102');
const verdict = { outcome: 'passed' as const, rules: 1, evaluated: 1, fingerprint: 'f' };
const createRun = (id: string, day: string, change: Partial<RunRecord> = {}): RunRecord => ({
  batch: id,
  outcome: 'published',
  files: 1,
  datasets: [],
  release: `r-${id}`,
  startedAt: day,
  endedAt: day,
  layers: [{ layer: 'gold', jobRuns: [], outcome: 'passed', startedAt: day, versions: { 'gold.a': 3 }, verdict }],
  ...change,
});
const newest = createRun(later, '2026-01-02T00:00:00Z');
const oldest = createRun(batch, '2026-01-01T00:00:00Z');

/** What the warehouse has on record of the release. */
const answerRecorded = (statement: string): QueryResult => {
  if (statement.startsWith('SELECT batch'))
    return { kind: 'rows', rows: [{ batch, table_name: 'gold.a', to_round: 3 }] };
  return { kind: 'rows', rows: statement.includes('_previous') ? [{ table_name: 'gold.a', first: 3 }] : [] };
};

async function createContext(
  runs: readonly RunRecord[] = [newest, oldest],
  answer: (statement: string) => QueryResult = answerRecorded,
): Promise<TestContext> {
  const context = createTestContext({ tables: [createTableContract('gold.a')], answer });
  for (const run of runs) await context.ports.runs.save(run);
  const current = `r-${later}`;
  await context.ports.releases.replace(undefined, {
    number: 2,
    rounds: { 'gold.a': 5 },
    current: { release: current, publishedAs: current, publishedAt: '2026-01-02T00:00:00Z' },
  });
  return context;
}
const params = { release: `r-${batch}` };
const body = { reason: 'The new one is wrong.' };

describe('GET /api/releases', () => {
  it('lists releases with the one that readers see', async () => {
    const response = await send(await createContext(), releases);
    expect(response.body.releases).toMatchObject([
      { release: `r-${later}`, batch: later, isCurrent: true, versions: { 'gold.a': 3 }, verdict },
      { release: `r-${batch}`, batch, isCurrent: false, publishedAt: '2026-01-01T00:00:00Z' },
    ]);
  });

  it('lists them by pages, however many runs published nothing', async () => {
    const { release: _, ...blockedRun } = createRun(batch, '2026-01-10T00:00:00Z', { outcome: 'blocked' });
    const ids = Array.from({ length: 20 }, (_row, index) => `202601${index + 10}T000000000Z-01234567`);
    const blocked = ids.map((id) => ({ ...blockedRun, batch: id }));
    const context = await createContext([newest, oldest, ...blocked]);
    const first = await send(context, releases, { query: { limit: '1' } });
    expect(first.body.releases).toMatchObject([{ batch: later }]);
    const rest = await send(context, releases, { query: { after: first.body.next } });
    expect(rest.body.releases).toMatchObject([{ batch }]);
  });
});

describe('POST /api/releases/{release}/roll-back', () => {
  afterEach(() => void vi.useRealTimers());

  it('shows readers the older release, and is in the audit log', async () => {
    const context = await createContext();
    expect((await send(context, rollBack, { params, body })).body).toMatchObject({ ...params, isCurrent: true });
    expect(context.ports.statements.join('\n')).toContain('_round > 3 AND _round <= 5');
    const { rows } = await context.ports.auditLog.list({}, 10);
    expect(rows).toMatchObject([{ action: 'roll_back', target: `r-${batch}`, actor: 'local', reason: body.reason }]);
    expect((await send(context, release, { params })).body.isCurrent).toBe(true);
    expect((await send(context, release, { params: { release: `r-${later}` } })).body.isCurrent).toBe(false);
    const current = (await context.ports.releases.get())?.state.current;
    expect(current).toMatchObject({ release: `r-${batch}`, publishedAs: expect.stringMatching(`^r-${batch}-.{8}$`) });
  });

  it('pauses the pipeline, so that a run that is under way publishes nothing over it', async () => {
    const context = await createContext([createRun(later, '2026-01-02T00:00:00Z', { outcome: 'running' }), oldest]);
    expect((await send(context, rollBack, { params, body })).status).toBe(200);
    const reason = `Rolled back to 'r-${batch}': ${body.reason}`;
    expect(await context.ports.pipelineControl.getState()).toMatchObject({ state: 'paused', actor: 'local', reason });
  });

  it('waits for a publication that is on its way', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const context = await createContext();
    const end = await beginPublication(context.ports, new Date(context.now().getTime() + 60_000));
    const rolledBack = send(context, rollBack, { params, body });
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await context.ports.pipelineControl.getState())?.state).toBe('paused');
    await end();
    await vi.advanceTimersByTimeAsync(2000);
    expect((await rolledBack).body).toMatchObject({ ...params, isCurrent: true });
  });

  it('is rejected when that takes over a minute, and names it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const context = await createContext();
    await beginPublication(context.ports, new Date(context.now().getTime() + 600_000));
    const rolledBack = send(context, rollBack, { params, body });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await rolledBack).toMatchObject({
      status: 409,
      body: { detail: "'r-3' is being published. Try again in a minute." },
    });
  });

  it('changes nothing when the warehouse rejects it', async () => {
    const context = await createContext(undefined, () => ({ kind: 'rejected', reason: 'Version 3 is gone.' }));
    expect(await send(context, rollBack, { params, body })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('Version 3 is gone.') },
    });
    expect((await send(context, release, { params })).body.isCurrent).toBe(false);
    expect((await context.ports.pipelineControl.getState())?.state).toBe('running');
  });
});

const unknown = ['r-nothing', 'nothing', `r-${later.replace('0102', '0103')}`];

it.for(unknown)('there is no release %s', async (id) => {
  const context = await createContext();
  expect((await send(context, release, { params: { release: id } })).status).toBe(404);
  expect((await send(context, rollBack, { params: { release: id }, body })).status).toBe(404);
});
