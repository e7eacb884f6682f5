import { expect, it } from 'vitest';
import type { QueryResult } from '../../../medallion/ports/sql-warehouse.ts';
import { readState } from '../../../operations/catalog/state.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';

const contracts = { landing: [], tables: [createTableContract('gold.a'), createTableContract('silver.b')] };
const toRows = (...rows: Record<string, unknown>[]): QueryResult => ({ kind: 'rows', rows });

it('readState asks nothing more of a catalog without schemas', async () => {
  const ports = createFakePorts();
  expect(await readState(contracts, 'lakehouse', ports.sqlWarehouse)).toEqual({
    isOptimizedByOthers: true,
    schemas: [],
    tables: new Map(),
    grants: new Map(),
  });
  expect(ports.statements).toHaveLength(2);
});

it('readState asks for the details of the tables that are there', async () => {
  const table = { table_schema: 'gold_published', table_name: 'a', table_type: 'MANAGED' };
  const answer = (statement: string) => {
    if (statement.includes('information_schema.schemata')) return toRows({ schema_name: 'gold_published' });
    if (statement.includes('information_schema.tables')) return toRows(table);
    if (statement === 'DESCRIBE DETAIL gold_published.a') return toRows({ clusteringColumns: ['id'] });
    return toRows();
  };
  const ports = createFakePorts({ answer });
  const state = await readState(contracts, 'lakehouse', ports.sqlWarehouse);
  expect(state.schemas).toEqual(['gold_published']);
  expect(state.tables.get('gold_published.a')).toMatchObject({ kind: 'table', clusteredBy: ['id'] });
  expect(ports.statements.filter((statement) => statement.startsWith('DESCRIBE'))).toEqual([
    'DESCRIBE CATALOG EXTENDED lakehouse',
    'DESCRIBE DETAIL gold_published.a',
  ]);
});

it('readState takes a table whose details are gone for one without any', async () => {
  const table = { table_schema: 'silver', table_name: 'b', table_type: 'MANAGED' };
  const answer = (statement: string) => {
    if (statement.includes('information_schema.schemata')) return toRows({ schema_name: 'silver' });
    return statement.includes('information_schema.tables') ? toRows(table) : toRows();
  };
  const { sqlWarehouse } = createFakePorts({ answer });
  expect((await readState(contracts, 'lakehouse', sqlWarehouse)).tables.get('silver.b')).toMatchObject({
    properties: {},
    clusteredBy: [],
  });
});
