import type { SqlWarehouse } from '../../medallion/ports/sql-warehouse.ts';

export class CatalogError extends Error {
  override readonly name = 'CatalogError';
}

/** The rows that a statement gives. A statement that the catalog rejects ends the work, in the catalog's own words. */
export async function queryRows(sqlWarehouse: SqlWarehouse, statement: string): Promise<Record<string, unknown>[]> {
  const result = await sqlWarehouse.query(statement);
  if (result.kind === 'rows') return result.rows;
  throw new CatalogError(`The catalog rejected '${statement.split('\n')[0]}': ${result.reason}`);
}
