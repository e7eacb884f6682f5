import { z } from 'zod';
import { ColumnName as Name } from './names.ts';

/** A column to sort by; `-` before it turns the order around. */
const SortColumn = z.string().regex(/^-?[a-z][a-z0-9_]*$/, 'a column, with - before it for descending order');

/** One mark per row, in the order of the rows; `x` is written below it. */
const Chart = z.discriminatedUnion('kind', [
  /** Bars from zero, each in front of the one before. */
  z.strictObject({ kind: z.literal('bars'), x: Name, y: z.array(Name).min(1).max(3) }),
  /** A line from `low` to `high`, and a dot on it. */
  z.strictObject({ kind: z.literal('range'), x: Name, low: Name, dot: Name.optional(), high: Name }),
]);
type Chart = z.infer<typeof Chart>;

/** How people are shown a gold table. It changes no row. */
export const Display = z.strictObject({ order: z.array(SortColumn).min(1).max(8), chart: Chart.optional() });
export type Display = z.infer<typeof Display>;

export const toSortedColumn = (sort: string): string => sort.replace(/^-/, '');

/** The same in SQL. */
export const toSortTerm = (sort: string): string => (sort.startsWith('-') ? `${toSortedColumn(sort)} DESC` : sort);

export const isNumeric = (type: string): boolean => /^(tinyint|smallint|int|bigint|float|double)$/.test(type);

function listDrawn(chart: Chart): string[] {
  if (chart.kind === 'bars') return chart.y;
  return [chart.low, chart.high, ...(chart.dot === undefined ? [] : [chart.dot])];
}

interface ShownColumn {
  readonly name: string;
  readonly type: string;
  readonly classification?: 'personal' | undefined;
}

/** As much of a table's contract as can be shown. */
interface ShownTable {
  readonly table: string;
  readonly layer: string;
  readonly columns: readonly ShownColumn[];
  readonly display?: Display | undefined;
}

/** What is wrong with how tables are shown. */
export const findDisplayErrors = ({ tables }: { readonly tables: readonly ShownTable[] }): string[] =>
  tables.flatMap((table) =>
    table.display ? findErrors(table, table.display).map((error) => `${table.table}: display: ${error}`) : [],
  );

function findErrors({ columns, layer }: ShownTable, { chart, order }: Display): string[] {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const drawn = chart ? listDrawn(chart) : [];
  const named = [...order.map(toSortedColumn), ...(chart ? [chart.x] : []), ...drawn];
  return [
    ...(layer === 'gold' ? [] : ['only gold tables are shown to readers']),
    ...[...new Set(named)].filter((name) => !byName.has(name)).map((name) => `not a column; found '${name}'`),
    ...drawn.flatMap((name) => findDrawingError(byName.get(name))),
  ];
}

function findDrawingError(column: ShownColumn | undefined): string[] {
  if (!column) return [];
  if (!isNumeric(column.type)) return [`only numbers can be drawn; '${column.name}' is ${column.type}`];
  return column.classification === 'personal' ? [`'${column.name}' is personal: readers would see its mask`] : [];
}
