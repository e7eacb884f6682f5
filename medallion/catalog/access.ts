import type { Contracts, TableContract } from '../contracts/contract.ts';
import { toPhysicalName } from '../contracts/sql.ts';
import type { Groups, ReaderRole } from '../groups.ts';
import { toReleasedName } from '../releases/release.ts';
import { toQuarantineName } from './bronze-views.ts';
import { listPhysicalTables, listSchemas } from './ddl.ts';

/** One group's privileges on one schema or table, written as `gold` or `gold.sales`. */
export interface Grant {
  readonly on: string;
  readonly to: string;
  readonly privileges: readonly string[];
}

const getSchema = (name: string) => name.split('.')[0] ?? '';

/** What readers may name: a table, and for gold the views in front of it. */
function listReadable({ landing, tables }: Contracts): { name: string; readers: readonly ReaderRole[] }[] {
  const quarantined = landing.map(({ dataset, readers }) => ({ name: toQuarantineName(dataset), readers }));
  const named = tables.flatMap(({ readers, table }) =>
    [...new Set([table, toReleasedName(table)])].map((name) => ({ name, readers })),
  );
  return [...named, ...quarantined];
}

/**
 * Every right that anybody has. Readers get what the contracts say; the operator reads what it judges, records releases and
 * owns the views that it alters; the jobs write the layers. No right is given that is not used.
 */
export function listGrants(contracts: Contracts, groups: Groups): Grant[] {
  const { jobs, operators } = groups;
  const rights = listReadable(contracts).flatMap(({ name, readers }) =>
    readers.flatMap((role) => [
      { on: getSchema(name), to: groups[role], privileges: ['USE SCHEMA'] },
      { on: name, to: groups[role], privileges: ['SELECT'] },
    ]),
  );
  const written = listSchemas(contracts).filter((schema) => isWritten(schema, listPhysicalTables(contracts)));
  const layers = written.filter((schema) => schema !== 'ops');
  return mergeGrants([
    ...rights,
    // Rules and the reading of quarantined lines name the views of bronze.
    ...[...layers, 'bronze'].map((on) => ({ on, to: operators, privileges: ['USE SCHEMA', 'SELECT'] })),
    ...layers.map((on) => ({ on, to: jobs, privileges: ['USE SCHEMA', 'SELECT', 'MODIFY'] })),
    { on: 'gold_released', to: operators, privileges: ['USE SCHEMA'] },
    { on: 'ops', to: operators, privileges: ['USE SCHEMA'] },
    { on: 'ops.releases', to: operators, privileges: ['SELECT', 'MODIFY'] },
    // Maintenance keeps the files of live releases.
    { on: 'ops', to: jobs, privileges: ['USE SCHEMA'] },
    { on: 'ops.releases', to: jobs, privileges: ['SELECT'] },
    { on: 'ops.changes', to: jobs, privileges: ['SELECT', 'MODIFY'] },
  ]);
}

const isWritten = (schema: string, tables: readonly TableContract[]) =>
  tables.some(({ table }) => getSchema(toPhysicalName(table)) === schema);

/** One entry per object and group, so that each is one statement. */
function mergeGrants(grants: readonly Grant[]): Grant[] {
  const byPlace = Map.groupBy(grants, ({ on, to }) => `${on} ${to}`);
  return [...byPlace.values()].map((same) => ({
    on: same[0]?.on ?? '',
    to: same[0]?.to ?? '',
    privileges: [...new Set(same.flatMap(({ privileges }) => privileges))],
  }));
}

/** Altering a view takes its owner; the views in front of them are the deployer's. */
export const listOwners = (
  { tables }: Pick<Contracts, 'tables'>,
  { operators }: Pick<Groups, 'operators'>,
): Record<string, string> =>
  Object.fromEntries(
    tables.filter(({ layer }) => layer === 'gold').map(({ table }) => [toReleasedName(table), operators]),
  );
