import { expect, it } from 'vitest';
import { CatalogError, queryRows } from '../../../operations/catalog/rows.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

it('queryRows gives the rows of a statement', async () => {
  const { sqlWarehouse } = createFakePorts({ answer: () => ({ kind: 'rows', rows: [{ n: 1 }] }) });
  expect(await queryRows(sqlWarehouse, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
});

it('queryRows ends with the first line of a rejected statement, and with the reason', async () => {
  const { sqlWarehouse } = createFakePorts({ answer: () => ({ kind: 'rejected', reason: 'No right.' }) });
  const query = queryRows(sqlWarehouse, 'CREATE TABLE a (\n  id INT\n)');
  await expect(query).rejects.toThrow(new CatalogError("The catalog rejected 'CREATE TABLE a (': No right."));
});
