import type { ColumnContract, TableContract } from '../contracts/contract.ts';
import { isWideningOrSame, quoteLiteral, quotePart, toPhysicalName } from '../contracts/sql.ts';
import { createTableStatement, getTableProperties } from './ddl.ts';
import type { ColumnState, TableState } from './state.ts';
import { findAddedFields } from './struct-fields.ts';

/** One difference between contracts and catalog, and the statement that ends it. */
export interface Change {
  /** A catalog, schema, table or view. */
  readonly on: string;
  /** What is done, for a person. */
  readonly what: string;
  readonly statement: string;
  /** True if rows or columns would be lost. */
  readonly isDestructive: boolean;
  /** Changes of a later phase need those of an earlier one. */
  readonly phase: Phase;
}
export type Phase = 'schemas' | 'tables' | 'views' | 'access';
export const phases: readonly Phase[] = ['schemas', 'tables', 'views', 'access'];

export const createChange = (phase: Phase, on: string, what: string, statement: string): Change => ({
  on,
  what,
  statement,
  isDestructive: false,
  phase,
});
export const toDestructive = (change: Change): Change => ({ ...change, isDestructive: true });

const alterTable = (table: string, what: string, clause: string): Change =>
  createChange('tables', table, what, `ALTER TABLE ${table} ${clause}`);

/** What has to be done to a table that is there. A table that cannot be altered into its contract is made anew. */
export function listTableChanges(contract: TableContract, state: TableState): Change[] {
  const table = toPhysicalName(contract.table);
  const before = new Map(state.columns.map((column) => [column.name, column]));
  const added = contract.columns.filter(({ name }) => !before.has(name));
  const changed = contract.columns.flatMap((column) => {
    const old = before.get(column.name);
    return old && !isSame(column, old) ? [{ column, old }] : [];
  });
  const obstacles = [
    ...changed
      .filter(({ column, old }) => !isAlterable(column, old))
      .map(({ column, old }) => `'${column.name}' cannot go from ${formatState(old)} to ${formatContract(column)}`),
    ...added.filter(({ required }) => required).map(({ name }) => `no row has the required column '${name}'`),
  ];
  if (obstacles.length > 0) return recreateTable(contract, obstacles);
  return [
    ...added.map(({ description, name, type }) =>
      alterTable(table, `add column '${name}'`, `ADD COLUMNS (${name} ${type} COMMENT ${quoteLiteral(description)})`),
    ),
    ...changed.flatMap(({ column, old }) => listColumnChanges(table, column, old)),
    ...listDrops(contract, state),
    ...listOptionChanges(contract, state),
    ...listTagChanges(contract, before),
  ];
}

function recreateTable(contract: TableContract, obstacles: readonly string[]): Change[] {
  const table = toPhysicalName(contract.table);
  const what = `make the table anew, without its rows, since ${obstacles.join(' and ')}`;
  return [
    createChange('tables', table, what, `DROP TABLE ${table}`),
    createChange('tables', table, 'create the table', createTableStatement(contract)),
    // Tags went with it.
    ...listTagChanges(contract),
  ].map(toDestructive);
}

const formatState = ({ isNullable, type }: ColumnState) => `${type}${isNullable ? '' : ' not null'}`;
const formatContract = ({ required, type }: ColumnContract) => `${type}${required ? ' not null' : ''}`;

const isSame = (column: ColumnContract, old: ColumnState) =>
  formatContract(column) === formatState(old) && column.description === old.comment;

/** A column that may become null is no trouble; one that no longer may is, since rows may hold nulls. */
const isAlterable = (column: ColumnContract, old: ColumnState) =>
  (isWideningOrSame(old.type, column.type) || findAddedFields(old.type, column.type) !== undefined) &&
  (!column.required || !old.isNullable);

function listColumnChanges(table: string, { description, name, required, type }: ColumnContract, old: ColumnState) {
  const changes: Change[] = [];
  const alter = `ALTER COLUMN ${name}`;
  const fields = findAddedFields(old.type, type);
  for (const field of fields ?? []) {
    const path = `${name}.${quotePart(field.name)}`;
    changes.push(
      alterTable(table, `add field '${name}.${field.name}'`, `ADD COLUMNS (${path} ${field.type} ${field.position})`),
    );
  }
  if (type !== old.type && fields === undefined) {
    changes.push(
      alterTable(table, 'allow wider types', "SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')"),
      alterTable(table, `widen column '${name}' to ${type}`, `${alter} TYPE ${type}`),
    );
  }
  if (!required && !old.isNullable)
    changes.push(alterTable(table, `let column '${name}' be empty`, `${alter} DROP NOT NULL`));
  if (description !== old.comment)
    changes.push(alterTable(table, `describe column '${name}'`, `${alter} COMMENT ${quoteLiteral(description)}`));
  return changes;
}

function listDrops(contract: TableContract, state: TableState): Change[] {
  const table = toPhysicalName(contract.table);
  const wanted = new Set(contract.columns.map(({ name }) => name));
  const drops = state.columns
    .filter(({ name }) => !wanted.has(name))
    .map(({ name }) => alterTable(table, `drop column '${name}'`, `DROP COLUMN ${quotePart(name)}`));
  // Without names of their own, columns cannot leave a table.
  if (drops.length > 0 && state.properties['delta.columnMapping.mode'] !== 'name')
    drops.unshift(alterTable(table, 'map columns by name', "SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name')"));
  return drops.map(toDestructive);
}

function listOptionChanges(contract: TableContract, state: TableState): Change[] {
  const table = toPhysicalName(contract.table);
  const changes: Change[] = [];
  const { clusteredBy, purpose } = contract;
  if (purpose !== state.comment) {
    const statement = `COMMENT ON TABLE ${table} IS ${quoteLiteral(purpose)}`;
    changes.push(createChange('tables', table, 'correct the comment', statement));
  }
  if (clusteredBy.join() !== state.clusteredBy.join()) {
    const columns = clusteredBy.length > 0 ? `(${clusteredBy.join(', ')})` : 'NONE';
    changes.push(alterTable(table, 'cluster', `CLUSTER BY ${columns}`));
  }
  const wrong = Object.entries(getTableProperties(contract)).filter(([key, value]) => state.properties[key] !== value);
  if (wrong.length > 0) {
    const properties = wrong.map(([key, value]) => `'${key}' = '${value}'`).join(', ');
    const what = `set ${wrong.map(([key]) => key).join(', ')}`;
    changes.push(alterTable(table, what, `SET TBLPROPERTIES (${properties})`));
  }
  return changes;
}

/** What makes the tags of a table's columns those of its contract. A table that is only created has none before. */
export function listTagChanges(
  { columns, table }: TableContract,
  before: ReadonlyMap<string, ColumnState> = new Map(),
): Change[] {
  const on = toPhysicalName(table);
  return columns
    .filter(({ classification, name }) => classification !== before.get(name)?.classification)
    .map(({ classification, name }) => {
      const alter = `ALTER TABLE ${on} ALTER COLUMN ${name}`;
      if (classification === undefined)
        return createChange('access', on, `untag column '${name}'`, `${alter} UNSET TAGS ('classification')`);
      const tags = `${alter} SET TAGS ('classification' = '${classification}')`;
      return createChange('access', on, `tag column '${name}' as ${classification}`, tags);
    });
}
