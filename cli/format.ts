import type { commands } from './commands/declarations.mjs';
import type { Result } from './query.ts';

type Format = (typeof commands.sql.options.format.choices)[number];

/** A list, a struct or a map as the engine writes it: parsing it would round its numbers. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Rows as a person, a spreadsheet or a program wants them. */
export function formatRows({ columns, rows }: Result, format: Format): string {
  if (format === 'json') return `[${rows.map((row) => toJsonObject(columns, row)).join(',')}]`;
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
  if (value instanceof JsonText) return value.text;
  if (typeof value === 'object') return JSON.stringify(value, toPlainValue);
  return String(value);
}

/** A date has no time of day; showing one would invent it. */
function toIso(value: Date): string {
  const iso = value.toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.replace('.000Z', 'Z');
}

/** A number that JSON readers would round is a text. */
const toPlainValue = (_key: string, value: unknown) => {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
};

function toJsonObject(columns: readonly string[], row: Record<string, unknown>): string {
  const fields = columns.map((column) => `${JSON.stringify(column)}:${toJson(row[column])}`);
  return `{${fields.join(',')}}`;
}

function toJson(value: unknown): string {
  if (value instanceof JsonText) return value.text;
  return JSON.stringify(value instanceof Date ? toIso(value) : (value ?? null), toPlainValue);
}

const quoteCell = (value: string) => (/[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
