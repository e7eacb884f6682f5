import type { Contracts, TableContract } from '../contracts/contract.ts';
import { quoteName, toPhysicalName } from '../contracts/sql.ts';
import type { Groups } from '../groups.ts';
import { listGrants } from './access.ts';
import { createBronzeStatements } from './bronze-views.ts';
import { createTableStatement, listPhysicalTables, listSchemas } from './ddl.ts';
import { createReadersSelect, createStagedStatements } from './gold-views.ts';
import type { CatalogState, TableState } from './state.ts';
import { type Change, createChange, listTableChanges, listTagChanges, toDestructive } from './table-changes.ts';

/** What an environment says of its catalog. */
export interface CatalogSettings {
  readonly catalog: string;
  readonly groups: Groups;
}

/** Everything that has to be done so that the catalog is as the contracts say; empty if it is. */
export function compareCatalog(contracts: Contracts, settings: CatalogSettings, state: CatalogState): Change[] {
  const { catalog, groups } = settings;
  const golds = contracts.tables.filter(({ layer }) => layer === 'gold');
  const onTables = listPhysicalTables(contracts).flatMap((contract) => compareTable(contract, state));
  const remade = new Set(onTables.filter(({ statement }) => statement.startsWith('DROP TABLE')).map(({ on }) => on));
  return [
    ...(state.isOptimizedByOthers ? [disableOptimization(catalog)] : []),
    ...listSchemas(contracts)
      .filter((schema) => !state.schemas.includes(schema))
      .map((schema) => createChange('schemas', schema, 'create the schema', `CREATE SCHEMA IF NOT EXISTS ${schema}`)),
    ...onTables,
    ...dropOrphanedTables(contracts, state),
    ...golds.flatMap((gold) => compareReadersView(gold, groups.privacy, state.tables.get(gold.table))),
    ...Object.entries(createViews(contracts)).flatMap(([name, statement]) =>
      compareView(name, statement, state.tables.get(name)),
    ),
    ...compareAccess(contracts, groups, withoutGrants(remade, state)).map((change) =>
      remade.has(change.on) ? toDestructive(change) : change,
    ),
  ];
}

/** Erasure rewrites and removes files in an order of its own, which others must not disturb. */
const disableOptimization = (catalog: string): Change =>
  createChange(
    'schemas',
    catalog,
    'disable predictive optimization',
    `ALTER CATALOG ${catalog} DISABLE PREDICTIVE OPTIMIZATION`,
  );

/** Views that cannot be compared, since a catalog shows the text of a view to its owner alone. */
export const listUnreadableViews = ({ tables }: CatalogState): string[] =>
  [...tables].filter(([, { definition, kind }]) => kind === 'view' && definition === undefined).map(([name]) => name);

function compareTable(contract: TableContract, state: CatalogState): Change[] {
  const name = toPhysicalName(contract.table);
  const table = state.tables.get(name);
  if (table) return listTableChanges(contract, table);
  return [
    createChange('tables', name, 'create the table', createTableStatement(contract)),
    ...listTagChanges(contract),
  ];
}

/** A table or view that no contract speaks of was made by hand, or its contract is gone. */
function dropOrphanedTables(contracts: Contracts, { tables }: CatalogState): Change[] {
  const names = new Set([
    ...listPhysicalTables(contracts).flatMap(({ table }) => [table, toPhysicalName(table)]),
    ...Object.keys(createViews(contracts)),
  ]);
  return [...tables]
    .filter(([name]) => !names.has(name))
    .map(([name, { kind }]) => {
      const what = `drop the ${kind}, of which no contract speaks`;
      return toDestructive(createChange('tables', name, what, `DROP ${kind.toUpperCase()} ${quoteName(name)}`));
    });
}

/** All views but those of readers, by name: their statements are the same in every environment. */
const createViews = (contracts: Contracts): Record<string, string> => ({
  ...createBronzeStatements(contracts),
  ...createStagedStatements(contracts),
});

/** Altered and not replaced: plain Spark replaces a view by dropping it first, and a reader would find nothing. */
function compareReadersView(gold: TableContract, privacyGroup: string, view: TableState | undefined): Change[] {
  const name = gold.table;
  const wanted = createReadersSelect(gold, privacyGroup);
  if (!view) return [createChange('views', name, 'create the view', `CREATE VIEW IF NOT EXISTS ${name} AS ${wanted}`)];
  if (isUnreadableOrSame(view, wanted)) return [];
  return [createChange('views', name, 'correct the view', `ALTER VIEW ${name} AS ${wanted}`)];
}

function compareView(name: string, statement: string, view: TableState | undefined): Change[] {
  if (!view) return [createChange('views', name, 'create the view', statement)];
  const wanted = statement.slice(statement.indexOf(' AS ') + ' AS '.length);
  return isUnreadableOrSame(view, wanted) ? [] : [createChange('views', name, 'correct the view', statement)];
}

const isUnreadableOrSame = ({ definition }: TableState, wanted: string) =>
  definition === undefined || definition.trim() === wanted;

/** A table that is made anew begins without any grant. */
const withoutGrants = (tables: ReadonlySet<string>, state: CatalogState): CatalogState => ({
  ...state,
  grants: new Map([...state.grants].filter(([on]) => !tables.has(on))),
});

function changeAccess(verb: 'GRANT' | 'REVOKE', on: string, group: string, privileges: readonly string[]): Change {
  const listed = privileges.join(', ');
  const preposition = verb === 'GRANT' ? 'TO' : 'FROM';
  const what = `${verb.toLowerCase()} ${listed} ${preposition.toLowerCase()} '${group}'`;
  const kind = on.includes('.') ? 'TABLE' : 'SCHEMA';
  return createChange(
    'access',
    on,
    what,
    `${verb} ${listed} ON ${kind} ${quoteName(on)} ${preposition} \`${group.replaceAll('`', '``')}\``,
  );
}

function compareAccess(contracts: Contracts, groups: Groups, state: CatalogState): Change[] {
  const wanted = listGrants(contracts, groups);
  const granted = wanted.flatMap(({ on, privileges, to }) => {
    const missing = privileges.filter((privilege) => !state.grants.get(on)?.get(to)?.has(privilege));
    return missing.length > 0 ? [changeAccess('GRANT', on, to, missing)] : [];
  });
  const revoked = [...state.grants].flatMap(([on, grantees]) =>
    [...grantees].flatMap(([group, privileges]) => {
      const rights = wanted.find((grant) => grant.on === on && grant.to === group)?.privileges ?? [];
      const excess = [...privileges].filter((privilege) => !rights.includes(privilege));
      return excess.length > 0 ? [changeAccess('REVOKE', on, group, excess)] : [];
    }),
  );
  return [...granted, ...revoked];
}
