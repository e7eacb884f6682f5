import type { Contracts } from '../../medallion/contract.ts';
import { ddlOf, schemasOf } from '../../medallion/ddl.ts';
import { viewStatement } from '../../medallion/release.ts';
import type { Warehouse } from '../../medallion/world.ts';

export class CatalogError extends Error {
  override readonly name = 'CatalogError';
}

const atOnce = 4;

/** Creates what the contracts describe and the catalog lacks. What exists stays as it is. */
export async function applyCatalog(contracts: Contracts, warehouse: Warehouse): Promise<void> {
  for (const schema of schemasOf(contracts)) await create(warehouse, `CREATE SCHEMA IF NOT EXISTS ${schema}`);
  const tables = [...contracts.tables];
  const builders = Array.from({ length: atOnce }, async () => {
    for (let table = tables.shift(); table; table = tables.shift()) await create(warehouse, ddlOf(table));
  });
  await Promise.all(builders);
  // Before the first release readers find empty tables, not an error.
  for (const gold of contracts.tables.filter(({ layer }) => layer === 'gold')) {
    await create(warehouse, viewStatement(gold, 0).replace('CREATE OR REPLACE VIEW', 'CREATE VIEW IF NOT EXISTS'));
  }
}

async function create(warehouse: Warehouse, statement: string): Promise<void> {
  const answer = await warehouse.ask(statement);
  if (answer.kind === 'refused')
    throw new CatalogError(`The catalog refused '${statement.split('\n')[0]}': ${answer.because}`);
}
