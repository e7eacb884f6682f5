import { describe, expect, it } from 'vitest';
import { release, releases, rollBack } from '../../../../functions/http/routes/releases.ts';
import type { QueryResult } from '../../../../medallion/ports/index.ts';
import type { RunRecord } from '../../../../medallion/runs/run.ts';
import { createTableContract } from '../../../support/fake-ports.ts';
import { batch } from '../../../support/samples.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const later = batch.replace('20260101', '20260102');
const verdict = { outcome: 'passed' as const, rules: 1, evaluated: 1, fingerprint: 'f' };
const run = (id: string, day: string, change: Partial<RunRecord> = {}): RunRecord => ({
  ...{ batch: id, outcome: 'published', files: 1, datasets: [], release: `r-${id}`, startedAt: day, endedAt: day },
  layers: [{ layer: 'gold', jobRuns: [], outcome: 'passed', startedAt: day, versions: { 'gold.a': 3 }, verdict }],
  ...change,
});
const rows = [run(later, '2026-01-02T00:00:00Z'), run(batch, '2026-01-01T00:00:00Z')];

/** What the warehouse has on record of the release. */
const onRecord = (statement: string): QueryResult => {
  const row = { batch, table_name: 'gold.a', version: 3, is_kept: true };
  return { kind: 'rows', rows: statement.startsWith('SELECT batch') ? [row] : [] };
};

const roomWith = (runs: RunRecord[] = rows, answer: (statement: string) => QueryResult = onRecord) =>
  createTestContext({
    tables: [createTableContract('gold.a')],
    registry: { runs: async () => ({ rows: runs }), run: async (id) => runs.find((each) => each.batch === id) },
    answer,
  });
const params = { release: `r-${batch}` };
const body = { reason: 'The new one is wrong.' };

describe('releases', () => {
  it('are listed with the one that readers see', async () => {
    const { body } = await send(roomWith(), releases);
    expect(body.releases.map((each: { isCurrent: boolean }) => each.isCurrent)).toEqual([true, false]);
  });

  it('can be rolled back to, which is an act, and then readers see the older one', async () => {
    const context = roomWith();
    expect((await send(context, rollBack, { params, body })).body).toMatchObject({ ...params, isCurrent: true });
    expect(context.ports.asked.join('\n')).toContain('VERSION AS OF 3');
    expect(context.ports.desk.kept.acts).toMatchObject([{ action: 'roll_back', target: `r-${batch}` }]);
    expect((await send(context, release, { params })).body.isCurrent).toBe(true);
  });

  it('are not rolled back under a run that may publish', async () => {
    const context = roomWith([run(later, '2026-01-02T00:00:00Z', { outcome: 'running' }), ...rows.slice(1)]);
    expect((await send(context, rollBack, { params, body })).status).toBe(409);
    expect(context.ports.asked).toEqual([]);
  });

  it('stay as they are when the warehouse refuses', async () => {
    const context = roomWith(rows, () => ({ kind: 'rejected', reason: 'Version 3 is gone.' }));
    expect(await send(context, rollBack, { params, body })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('Version 3 is gone.') },
    });
    expect((await send(context, release, { params })).body.isCurrent).toBe(false);
  });

  it.for(['r-nothing', 'nothing', `r-${later.replace('0102', '0103')}`])('%s is not known', async (id) => {
    expect((await send(roomWith(), release, { params: { release: id } })).status).toBe(404);
    expect((await send(roomWith(), rollBack, { params: { release: id }, body })).status).toBe(404);
  });
});
