import type { Contracts, TableContract } from '../contracts/contract.ts';
import { toPhysicalName } from '../contracts/sql.ts';
import type { Groups, ReaderRole } from '../groups.ts';
import { toQuarantineName } from './bronze-views.ts';
import { listPhysicalTables, listSchemas } from './ddl.ts';

/** One group's privileges on one schema or table, written as `gold` or `gold.sales`. */
export interface Grant {
  readonly on: string;
  readonly to: string;
  readonly privileges: readonly string[];
}

const getSchema = (name: string) => name.split('.')[0] ?? '';

/** What readers may name. The rows of gold are for engines that read no views, so only for those who may see all of them. */
function listReadable({ landing, tables }: Contracts): { name: string; readers: readonly ReaderRole[] }[] {
  const quarantined = landing.map(({ dataset, readers }) => ({ name: toQuarantineName(dataset), readers }));
  const unmasked = tables
    .filter(({ layer }) => layer === 'gold')
    .map(({ readers, table }) => ({
      name: toPhysicalName(table),
      readers: readers.filter((role) => role === 'privacy'),
    }));
  return [...tables.map(({ readers, table }) => ({ name: table, readers })), ...unmasked, ...quarantined];
}

/**
 * Every right that anybody has. Readers get what the contracts say; the operator reads what it judges and publishes; the
 * jobs write the layers. No right is given that is not used.
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
    // Rules and the reading of quarantined lines name the views of bronze; the page shows rows as readers see them.
    ...[...layers, 'bronze', 'gold'].map((on) => ({ on, to: operators, privileges: ['USE SCHEMA', 'SELECT'] })),
    ...(layers.includes('gold_published') ? [{ on: 'gold_published', to: operators, privileges: ['MODIFY'] }] : []),
    ...layers.map((on) => ({ on, to: jobs, privileges: ['USE SCHEMA', 'SELECT', 'MODIFY'] })),
    { on: 'ops', to: operators, privileges: ['USE SCHEMA'] },
    { on: 'ops.releases', to: operators, privileges: ['SELECT', 'MODIFY'] },
    // A round of gold begins at what is published, and maintenance keeps what is not.
    { on: 'ops', to: jobs, privileges: ['USE SCHEMA'] },
    { on: 'ops.releases', to: jobs, privileges: ['SELECT'] },
    { on: 'ops.changes', to: jobs, privileges: ['SELECT', 'MODIFY'] },
    { on: 'ops.erasures', to: jobs, privileges: ['SELECT', 'MODIFY'] },
    // Only they know the bare ids, and only they may ask for an erasure that no sender has asked for.
    { on: 'ops.erasures', to: groups.privacy, privileges: ['MODIFY'] },
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
