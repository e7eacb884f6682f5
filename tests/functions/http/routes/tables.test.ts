import { describe, expect, it } from 'vitest';
import { tableRows, tables } from '../../../../functions/http/routes/tables.ts';
import type { QueryResult } from '../../../../medallion/ports/sql-warehouse.ts';
import { setCurrentRelease } from '../../../support/current-release.ts';
import { createTableContract } from '../../../support/fake-ports.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const sales = {
  ...createTableContract('gold.sales'),
  columns: [
    { name: 'id', type: 'string', required: true, description: 'The id.', classification: 'personal' as const },
    { name: 'paid', type: 'double', required: true, description: 'How much.' },
  ],
  display: { order: ['-paid'], chart: { kind: 'bars' as const, x: 'id', y: ['paid'] } },
};
const contracts = [createTableContract('silver.people'), sales, createTableContract('gold.days')];
const rows = [{ id: 'masked', paid: 1.5 }];
const answer = (): QueryResult => ({ kind: 'rows', rows });

const readRows = (context: Parameters<typeof send>[0], table: string, query = {}) =>
  send(context, tableRows, { params: { table }, query });

describe('GET /api/tables', () => {
  it('describes gold tables as contracts do, and no others', async () => {
    const { body } = await send(createTestContext({ tables: contracts }), tables);
    expect(body.tables.map(({ name }: { name: string }) => name)).toEqual(['gold.sales', 'gold.days']);
    expect(body.tables[0]).toEqual({
      name: 'gold.sales',
      purpose: 'A table.',
      columns: [
        { name: 'id', type: 'string', description: 'The id.', personal: true },
        { name: 'paid', type: 'double', description: 'How much.', personal: false },
      ],
      keys: ['id'],
      display: sales.display,
    });
  });
});

describe('GET /api/tables/{table}/rows', () => {
  it('tells the rows of the release that readers see, in the order of the contract', async () => {
    const context = createTestContext({ tables: contracts, answer });
    await setCurrentRelease(context.ports, 'r-1');
    expect((await readRows(context, 'gold.sales')).body).toEqual({ release: 'r-1', rows });
    expect(context.ports.statements).toEqual([
      expect.stringContaining('ORDER BY source.paid DESC, source.id LIMIT 100'),
    ]);
    expect(context.ports.statements[0]).toContain('FROM gold.sales');
  });

  it('sorts by other columns, and tells so many rows at most', async () => {
    const context = createTestContext({ tables: contracts, answer });
    await setCurrentRelease(context.ports, 'r-2');
    await readRows(context, 'gold.sales', { order: '-id,paid', limit: '7' });
    expect(context.ports.statements).toEqual([expect.stringContaining('ORDER BY source.id DESC, source.paid LIMIT 7')]);
    for (const query of [{ limit: '1001' }, { order: '' }, { order: 'id DESC' }])
      expect(await readRows(context, 'gold.sales', query)).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
  });

  it('knows no column that the contract does not have', async () => {
    const response = await readRows(createTestContext({ tables: contracts }), 'gold.sales', { order: 'paid,city' });
    expect(response).toMatchObject({ status: 400, body: { detail: "order: 'gold.sales' has no column 'city'." } });
  });

  it.for(['gold.nothing', 'silver.people', 'sales'])("knows no published table '%s'", async (table) => {
    const context = createTestContext({ tables: contracts });
    await setCurrentRelease(context.ports, 'r-3');
    expect(await readRows(context, table)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(context.ports.statements).toEqual([]);
  });

  it('has none before the first release, without a query', async () => {
    const context = createTestContext({ tables: contracts });
    expect((await readRows(context, 'gold.days')).body).toEqual({ rows: [] });
    expect(context.ports.statements).toEqual([]);
  });

  it('says so when the warehouse rejects the query', async () => {
    const context = createTestContext({
      tables: contracts,
      answer: () => ({ kind: 'rejected', reason: 'No such view.' }),
    });
    await setCurrentRelease(context.ports, 'r-4');
    expect(await readRows(context, 'gold.days')).toMatchObject({
      status: 502,
      body: { code: 'query_failed', detail: expect.stringContaining('No such view.') },
    });
  });
});
