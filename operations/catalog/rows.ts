import type { Warehouse } from '../../medallion/ports/world.ts';

export class CatalogError extends Error {
  override readonly name = 'CatalogError';
}

/** The rows that a statement gives; what the catalog refuses ends the work, in its own words. */
export async function rowsOf(warehouse: Warehouse, statement: string): Promise<Record<string, unknown>[]> {
  const answer = await warehouse.ask(statement);
  if (answer.kind === 'rows') return answer.rows;
  throw new CatalogError(`The catalog refused '${statement.split('\n')[0]}': ${answer.because}`);
}
