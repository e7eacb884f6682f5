import type { Contracts } from '../../medallion/contract.ts';
import { ddlOf, schemasOf } from '../../medallion/ddl.ts';
import { quarantineViews } from '../../medallion/quarantine.ts';
import { firstViewStatement } from '../../medallion/release.ts';
import type { Warehouse } from '../../medallion/world.ts';

export class CatalogError extends Error {
  override readonly name = 'CatalogError';
}

const atOnce = 4;

/** Creates what the contracts describe and the catalog lacks. What exists stays as it is. */
export async function applyCatalog(contracts: Contracts, warehouse: Warehouse): Promise<void> {
  for (const schema of schemasOf(contracts)) await create(warehouse, `CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await createAll(warehouse, contracts.tables.map(ddlOf));
  const golds = contracts.tables.filter(({ layer }) => layer === 'gold');
  await createAll(warehouse, [...golds.map(firstViewStatement), ...Object.values(quarantineViews(contracts))]);
}

async function createAll(warehouse: Warehouse, statements: readonly string[]): Promise<void> {
  const waiting = [...statements];
  const builders = Array.from({ length: atOnce }, async () => {
    for (let statement = waiting.shift(); statement; statement = waiting.shift()) await create(warehouse, statement);
  });
  await Promise.all(builders);
}

async function create(warehouse: Warehouse, statement: string): Promise<void> {
  const answer = await warehouse.ask(statement);
  if (answer.kind === 'refused')
    throw new CatalogError(`The catalog refused '${statement.split('\n')[0]}': ${answer.because}`);
}
