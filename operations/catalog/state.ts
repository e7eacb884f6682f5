import { listPhysicalTables, listSchemas } from '../../medallion/catalog/ddl.ts';
import {
  type CatalogState,
  createStateQueries,
  isOptimizedByOthers,
  type StateRows,
  toCatalogState,
} from '../../medallion/catalog/state.ts';
import type { Contracts } from '../../medallion/contracts/contract.ts';
import { toPhysicalName } from '../../medallion/contracts/sql.ts';
import type { SqlWarehouse } from '../../medallion/ports/sql-warehouse.ts';
import { queryRows } from './rows.ts';

/** Asks the catalog what it holds of the schemas that the contracts speak of. */
export async function readState(
  contracts: Contracts,
  catalog: string,
  sqlWarehouse: SqlWarehouse,
): Promise<CatalogState> {
  const queries = createStateQueries(listSchemas(contracts));
  const ask = (part: keyof typeof queries) => queryRows(sqlWarehouse, queries[part]);
  const description = await queryRows(sqlWarehouse, `DESCRIBE CATALOG EXTENDED ${catalog}`);
  const optimization = { isOptimizedByOthers: isOptimizedByOthers(description) };
  const schemas = await ask('schemas');
  if (schemas.length === 0) return { ...optimization, schemas: [], tables: new Map(), grants: new Map() };
  const rows: StateRows = {
    schemas,
    tables: await ask('tables'),
    columns: await ask('columns'),
    views: await ask('views'),
    tags: await ask('tags'),
    onSchemas: await ask('onSchemas'),
    onTables: await ask('onTables'),
  };
  const present = new Set(rows.tables.map((row) => `${row['table_schema']}.${row['table_name']}`));
  const tables = listPhysicalTables(contracts)
    .map(({ table }) => toPhysicalName(table))
    .filter((name) => present.has(name));
  const details = await Promise.all(
    tables.map(async (name) => [name, (await queryRows(sqlWarehouse, `DESCRIBE DETAIL ${name}`))[0] ?? {}] as const),
  );
  return { ...optimization, ...toCatalogState(rows, new Map(details)) };
}
