import type { ColumnContract, Contracts, TableContract } from '../contracts/contract.ts';
import { toPhysicalName } from '../contracts/sql.ts';
import {
  createFirstViewStatement,
  createPlainSelect,
  createReleasedSelect,
  noRelease,
  releaseColumn,
  toEmptyColumn,
  toReleasedName,
} from '../releases/release.ts';
import { listGrants, listOwners } from './access.ts';
import { createTableStatement, listSchemas } from './ddl.ts';
import { createQuarantineViews } from './quarantine-views.ts';
import type { CatalogState, TableState } from './state.ts';
import { type Change, listTableChanges, type Phase } from './table-changes.ts';

const nonDestructive = (phase: Phase, on: string, what: string, statement: string): Change => ({
  ...{ on, what, statement, phase },
  isDestructive: false,
});

/** Everything that has to be done so that the catalog is as the contracts say; empty if it is. */
export function compareCatalog(contracts: Contracts, state: CatalogState): Change[] {
  const { tables } = contracts;
  const golds = tables.filter(({ layer }) => layer === 'gold');
  const onTables = tables.flatMap((table) => {
    const found = state.tables.get(toPhysicalName(table.table));
    if (found) return listTableChanges(table, found);
    return [
      nonDestructive('tables', toPhysicalName(table.table), 'create the table', createTableStatement(table)),
      ...createTagChanges(table),
    ];
  });
  const remade = new Set(onTables.filter(({ statement }) => statement.startsWith('DROP TABLE')).map(({ on }) => on));
  return [
    ...listSchemas(contracts)
      .filter((schema) => !state.schemas.includes(schema))
      .map((schema) => nonDestructive('schemas', schema, 'create the schema', `CREATE SCHEMA IF NOT EXISTS ${schema}`)),
    ...onTables,
    ...orphanedTables(contracts, state),
    ...golds.flatMap((gold) => releasedView(gold, state.tables.get(toReleasedName(gold.table)))),
    ...golds.flatMap((gold) => plainView(gold, state.tables.get(gold.table))),
    ...Object.entries(createQuarantineViews(contracts)).flatMap(([name, statement]) => {
      const found = state.tables.get(name);
      const isSame = found !== undefined && statement.endsWith(` AS ${found.definition.trim()}`);
      return isSame ? [] : [nonDestructive('views', name, found ? 'correct the view' : 'create the view', statement)];
    }),
    ...listAccessChanges(contracts, without(remade, state)).map((change) =>
      remade.has(change.on) ? { ...change, isDestructive: true } : change,
    ),
  ];
}

const createTagChanges = ({ columns, table }: TableContract): Change[] =>
  columns
    .filter(({ classification }) => classification !== undefined)
    .map(({ classification, name }) => {
      const statement = `ALTER TABLE ${toPhysicalName(table)} ALTER COLUMN ${name} SET TAGS ('classification' = '${classification}')`;
      return nonDestructive('access', toPhysicalName(table), `tag column '${name}' as ${classification}`, statement);
    });

/** A table or view that no contract speaks of was made by hand, or its contract is gone. */
function orphanedTables(contracts: Contracts, { tables }: CatalogState): Change[] {
  const known = new Set([
    ...contracts.tables.flatMap(({ table }) => [table, toPhysicalName(table), toReleasedName(table)]),
    ...Object.keys(createQuarantineViews(contracts)),
  ]);
  return [...tables]
    .filter(([name]) => !known.has(name))
    .map(([name, { kind }]) => ({
      ...nonDestructive(
        'tables',
        name,
        `drop the ${kind}, of which no contract speaks`,
        `DROP ${kind.toUpperCase()} ${name}`,
      ),
      isDestructive: true,
    }));
}

/** A view stays at the version and release that it shows; only what it shows of them is corrected. */
function releasedView(gold: TableContract, found: TableState | undefined): Change[] {
  const name = toReleasedName(gold.table);
  if (!found) return [nonDestructive('views', name, 'create the view', createFirstViewStatement(gold))];
  const version = Number(/VERSION AS OF (\d+)/i.exec(found.definition)?.[1] ?? 0);
  const release = new RegExp(`'([^']*)' AS ${releaseColumn}`).exec(found.definition)?.[1] ?? noRelease;
  // A column that came after this version is empty until the next release.
  const isThere = (column: ColumnContract) =>
    found.columns.some((each) => each.name === column.name) && !found.definition.includes(toEmptyColumn(column));
  const missing = new Set(gold.columns.filter((column) => !isThere(column)).map((column) => column.name));
  const wanted = createReleasedSelect(gold, version, release, missing);
  if (found.definition.trim() === wanted) return [];
  return [nonDestructive('views', name, 'correct the view', `ALTER VIEW ${name} AS ${wanted}`)];
}

function plainView(gold: TableContract, found: TableState | undefined): Change[] {
  const wanted = createPlainSelect(gold);
  // It reads the other view, so it comes after it.
  const change = (what: string, statement: string) => [nonDestructive('plain views', gold.table, what, statement)];
  if (!found) return change('create the view', `CREATE VIEW IF NOT EXISTS ${gold.table} AS ${wanted}`);
  return found.definition.trim() === wanted ? [] : change('correct the view', `ALTER VIEW ${gold.table} AS ${wanted}`);
}

/** A table that is made anew begins without any grant. */
const without = (tables: ReadonlySet<string>, state: CatalogState): CatalogState => ({
  ...state,
  grants: new Map([...state.grants].filter(([on]) => !tables.has(on))),
});

function listAccessChanges(contracts: Contracts, state: CatalogState): Change[] {
  const kindOf = (on: string) => (on.includes('.') ? 'TABLE' : 'SCHEMA');
  const change = (verb: 'GRANT' | 'REVOKE', on: string, group: string, privileges: readonly string[]) => {
    const [listed, toward] = [privileges.join(', '), verb === 'GRANT' ? 'TO' : 'FROM'];
    const statement = `${verb} ${listed} ON ${kindOf(on)} ${on} ${toward} \`${group}\``;
    return nonDestructive(
      'access',
      on,
      `${verb.toLowerCase()} ${listed} ${toward.toLowerCase()} '${group}'`,
      statement,
    );
  };
  const wanted = listGrants(contracts);
  const given = wanted.flatMap(({ on, privileges, to }) => {
    const missing = privileges.filter((one) => !state.grants.get(on)?.get(to)?.has(one));
    return missing.length > 0 ? [change('GRANT', on, to, missing)] : [];
  });
  const taken = [...state.grants].flatMap(([on, groups]) =>
    [...groups].flatMap(([group, privileges]) => {
      const right = wanted.find((grant) => grant.on === on && grant.to === group)?.privileges ?? [];
      const excess = [...privileges].filter((one) => !right.includes(one));
      return excess.length > 0 ? [change('REVOKE', on, group, excess)] : [];
    }),
  );
  const owned = Object.entries(listOwners(contracts))
    .filter(([view, owner]) => state.tables.get(view)?.owner !== owner)
    .map(([view, owner]) =>
      nonDestructive('access', view, `give the view to '${owner}'`, `ALTER VIEW ${view} OWNER TO \`${owner}\``),
    );
  return [...given, ...taken, ...owned];
}
