import type { ColumnContract, TableContract } from '../contracts/contract.ts';
import { isWideningOrSame, quoteLiteral, toPhysicalName } from '../contracts/sql.ts';
import { createTableStatement, getTableProperties } from './ddl.ts';
import type { ColumnState, TableState } from './state.ts';

/** One difference between contracts and catalog, and the statement that ends it. */
export interface Change {
  /** A schema, table or view. */
  readonly on: string;
  /** What is done, for a person. */
  readonly what: string;
  readonly statement: string;
  /** True if rows or columns would be lost. */
  readonly isDestructive: boolean;
  /** Changes of a later phase need those of an earlier one. */
  readonly phase: Phase;
}
export type Phase = 'schemas' | 'tables' | 'views' | 'plain views' | 'access';
export const phases: readonly Phase[] = ['schemas', 'tables', 'views', 'plain views', 'access'];

/** What has to be done to a table that is there. A table that cannot be altered into its contract is made anew. */
export function listTableChanges(contract: TableContract, found: TableState): Change[] {
  const name = toPhysicalName(contract.table);
  const change = (what: string, statement: string, isDestructive = false): Change => ({
    ...{ on: name, what, statement, isDestructive, phase: 'tables' },
  });
  const columns = new Map(found.columns.map((column) => [column.name, column]));
  const changed = contract.columns.flatMap((column) => {
    const before = columns.get(column.name);
    return before && !isSame(column, before) ? [{ column, before }] : [];
  });
  const added = contract.columns.filter((column) => !columns.has(column.name));
  const unalterable = [
    ...changed
      .filter(({ before, column }) => !isAlterable(column, before))
      .map(({ before, column }) => `'${column.name}' cannot go from ${typed(before)} to ${wanted(column)}`),
    ...added.filter(({ required }) => required).map((column) => `no row has the required column '${column.name}'`),
  ];
  if (unalterable.length > 0) {
    const what = `make the table anew, without its rows, since ${unalterable.join(' and ')}`;
    return [
      change(what, `DROP TABLE ${name}`, true),
      change('create the table', createTableStatement(contract), true),
      // Tags went with it.
      ...tagChanges(contract, new Map()).map(([what, text]) => ({
        ...change(what, text, true),
        phase: 'access' as const,
      })),
    ];
  }
  const gone = found.columns.filter(({ name: each }) => !contract.columns.some((column) => column.name === each));
  return [
    ...added.map((column) => change(`add column '${column.name}'`, addition(name, column))),
    ...changed.flatMap(({ before, column }) =>
      alterations(name, column, before).map(([what, text]) => change(what, text)),
    ),
    // Without names of their own, columns cannot leave a table.
    ...(gone.length > 0 && found.properties['delta.columnMapping.mode'] !== 'name'
      ? [
          change(
            'map columns by name',
            `ALTER TABLE ${name} SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name')`,
            true,
          ),
        ]
      : []),
    ...gone.map((column) =>
      change(`drop column '${column.name}'`, `ALTER TABLE ${name} DROP COLUMN ${column.name}`, true),
    ),
    ...(found.comment === contract.purpose
      ? []
      : [change('correct the comment', `COMMENT ON TABLE ${name} IS ${quoteLiteral(contract.purpose)}`)]),
    ...listClusteringChanges(contract, found).map((text) =>
      change('cluster', `ALTER TABLE ${name} CLUSTER BY ${text}`),
    ),
    ...propertyChanges(contract, found).map((pairs) =>
      change(
        `set ${pairs.map(([key]) => key).join(', ')}`,
        `ALTER TABLE ${name} SET TBLPROPERTIES (${written(pairs)})`,
      ),
    ),
    ...tagChanges(contract, columns).map(([what, text]) => ({ ...change(what, text), phase: 'access' as const })),
  ];
}

const typed = ({ isNullable, type }: ColumnState) => `${type}${isNullable ? '' : ' not null'}`;
const wanted = ({ required, type }: ColumnContract) => `${type}${required ? ' not null' : ''}`;

const isSame = (column: ColumnContract, before: ColumnState) =>
  wanted(column) === typed(before) && column.description === before.comment;

/** A column that may become null is no trouble; one that no longer may is, since rows may hold nulls. */
const isAlterable = (column: ColumnContract, before: ColumnState) =>
  isWideningOrSame(before.type, column.type) && (!column.required || !before.isNullable);

const addition = (table: string, { description, name, type }: ColumnContract) =>
  `ALTER TABLE ${table} ADD COLUMNS (${name} ${type} COMMENT ${quoteLiteral(description)})`;

function alterations(table: string, column: ColumnContract, before: ColumnState): [string, string][] {
  const alter = `ALTER TABLE ${table} ALTER COLUMN ${column.name}`;
  return [
    ...(column.type === before.type
      ? []
      : ([
          ['allow wider types', `ALTER TABLE ${table} SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')`],
          [`widen column '${column.name}' to ${column.type}`, `${alter} TYPE ${column.type}`],
        ] as [string, string][])),
    ...(column.required || before.isNullable
      ? []
      : ([[`let column '${column.name}' be empty`, `${alter} DROP NOT NULL`]] as [string, string][])),
    ...(column.description === before.comment
      ? []
      : ([[`describe column '${column.name}'`, `${alter} COMMENT ${quoteLiteral(column.description)}`]] as [
          string,
          string,
        ][])),
  ];
}

function listClusteringChanges({ clusteredBy }: TableContract, found: TableState): string[] {
  if (clusteredBy.join() === found.clusteredBy.join()) return [];
  return [clusteredBy.length > 0 ? `(${clusteredBy.join(', ')})` : 'NONE'];
}

function propertyChanges(contract: TableContract, { properties }: TableState): [string, string][][] {
  const wrong = Object.entries(getTableProperties(contract)).filter(([key, value]) => properties[key] !== value);
  return wrong.length > 0 ? [wrong] : [];
}

const written = (pairs: readonly [string, string][]) => pairs.map(([key, value]) => `'${key}' = '${value}'`).join(', ');

function tagChanges({ columns, table }: TableContract, found: ReadonlyMap<string, ColumnState>): [string, string][] {
  return columns.flatMap(({ classification, name }): [string, string][] => {
    const before = found.get(name)?.classification;
    const alter = `ALTER TABLE ${toPhysicalName(table)} ALTER COLUMN ${name}`;
    if (classification === before) return [];
    if (classification === undefined) return [[`untag column '${name}'`, `${alter} UNSET TAGS ('classification')`]];
    return [
      [`tag column '${name}' as ${classification}`, `${alter} SET TAGS ('classification' = '${classification}')`],
    ];
  });
}
