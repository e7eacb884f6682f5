import type { ColumnContract, TableContract } from '../contracts/contract.ts';
import { isNumeric, toSortedColumn, toSortTerm } from '../contracts/display.ts';

type Gold = Pick<TableContract, 'columns' | 'display' | 'keys' | 'table'>;

/** What a row can hold in JSON. Whatever is no number and no boolean is a text. */
export type Cell = string | number | boolean | null;

interface RowsOptions {
  /** Columns to sort by, `-` before one turns it around; those that the contract names if there are none. */
  readonly order?: readonly string[] | undefined;
  readonly limit: number;
}

/**
 * Rows of a table as readers see them. Only the views are read: they show personal data to the privacy group alone,
 * which the operator is not in. Keys come last in the order, so that it is the same each time.
 */
export function createRowsQuery(
  { columns, display, keys, table }: Gold,
  { limit, order = display?.order ?? [] }: RowsOptions,
): string {
  const sorted = order.map(toSortedColumn);
  const all = [...order, ...keys.filter((key) => !sorted.includes(key))];
  const terms = all.map((sort) => `source.${toSortTerm(sort)}`);
  return `SELECT ${columns.map(toExpression).join(', ')}
FROM ${table} AS source${terms.length > 0 ? ` ORDER BY ${terms.join(', ')}` : ''} LIMIT ${limit}`;
}

function toExpression({ name, type }: ColumnContract): string {
  if (isNumeric(type) || type === 'boolean' || type === 'string') return `source.${name}`;
  if (/^(array|map|struct|variant)\b/.test(type)) return `to_json(source.${name}) AS ${name}`;
  return `CAST(source.${name} AS STRING) AS ${name}`;
}

/** Numbers that JSON does not have, or not as exactly, stay texts. */
export function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  return String(value);
}
