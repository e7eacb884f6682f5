import { expect, it } from 'vitest';
import type { TableContract } from '../../../medallion/contracts/contract.ts';
import { findDependents } from '../../../medallion/quality/dependents.ts';
import { createTableContract } from '../../support/fake-ports.ts';

const createTable = (table: string, ...sources: string[]): TableContract => ({
  ...createTableContract(table),
  computed: { per: ['id'], from: sources.map((source) => ({ source, columns: { id: 'id' } })) },
});
const tables = [
  createTableContract('bronze.orders'),
  createTableContract('bronze.people'),
  createTable('silver.orders', 'bronze.orders'),
  createTable('silver.people', 'bronze.people'),
  createTable('gold.sales', 'silver.orders', 'silver.people'),
  createTable('gold.ages', 'silver.people'),
];

it.for([
  ['bronze.orders', ['gold.sales']],
  ['silver.orders', ['gold.sales']],
  ['gold.ages', ['gold.ages']],
  ['silver.nothing', []],
] as const)('what is computed from %s waits for it', ([table, dependents]) => {
  expect(findDependents(tables, table)).toEqual(dependents);
});

it('where every gold table waits there is no release', () => {
  expect(findDependents(tables, 'bronze.people')).toBeUndefined();
});
