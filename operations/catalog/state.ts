import { physicalName, schemasOf } from '../../medallion/catalog/ddl.ts';
import { type CatalogState, type StateRows, stateFrom, stateQueries } from '../../medallion/catalog/state.ts';
import type { Contracts } from '../../medallion/contracts/contract.ts';
import type { Warehouse } from '../../medallion/ports/world.ts';
import { rowsOf } from './rows.ts';

/** Asks the catalog what it holds of the schemas that the contracts speak of. */
export async function readState(contracts: Contracts, warehouse: Warehouse): Promise<CatalogState> {
  const queries = stateQueries(schemasOf(contracts));
  const ask = (part: keyof typeof queries) => rowsOf(warehouse, queries[part]);
  const schemas = await ask('schemas');
  if (schemas.length === 0) return { schemas: [], tables: new Map(), grants: new Map() };
  const rows: StateRows = {
    schemas,
    tables: await ask('tables'),
    columns: await ask('columns'),
    views: await ask('views'),
    tags: await ask('tags'),
    onSchemas: await ask('onSchemas'),
    onTables: await ask('onTables'),
  };
  const there = new Set(rows.tables.map((row) => `${row['table_schema']}.${row['table_name']}`));
  const tables = contracts.tables.map(({ table }) => physicalName(table)).filter((name) => there.has(name));
  const details = await Promise.all(
    tables.map(async (name) => [name, (await rowsOf(warehouse, `DESCRIBE DETAIL ${name}`))[0] ?? {}] as const),
  );
  return stateFrom(rows, new Map(details));
}
