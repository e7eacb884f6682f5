import type { commands } from './commands/declarations.mjs';
import type { Result } from './query.ts';

type Format = (typeof commands.sql.options.format.choices)[number];

/** Rows as a person, a spreadsheet or a program wants them. */
export function formatRows({ columns, rows }: Result, format: Format): string {
  if (format === 'json') return JSON.stringify(rows.map(toPlainRow));
  const cells = rows.map((row) => columns.map((column) => toText(row[column])));
  if (format === 'csv') return [columns, ...cells].map((line) => line.map(quoteCell).join(',')).join('\n');
  return drawTable(columns, cells, rows);
}

function drawTable(columns: string[], cells: string[][], rows: Record<string, unknown>[]): string {
  const widths = columns.map((column, at) => Math.max(column.length, ...cells.map((line) => (line[at] ?? '').length)));
  const isNumber = columns.map((column) => rows.some((row) => ['number', 'bigint'].includes(typeof row[column])));
  const line = (values: string[]) =>
    values
      .map((value, at) => (isNumber[at] ? value.padStart(widths[at] ?? 0) : value.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(columns), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.map(line)].join('\n');
}

function toText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return toIso(value);
  if (typeof value === 'object') return JSON.stringify(value, toPlainValue);
  return String(value);
}

/** A date has no time of day; showing one would invent it. */
function toIso(value: Date): string {
  const iso = value.toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.replace('.000Z', 'Z');
}

const toPlainValue = (_key: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);

const toPlainRow = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (value instanceof Date) return [column, toIso(value)];
      if (typeof value === 'bigint')
        return [column, Number.isSafeInteger(Number(value)) ? Number(value) : String(value)];
      return [column, value];
    }),
  );

const quoteCell = (value: string) => (/[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
