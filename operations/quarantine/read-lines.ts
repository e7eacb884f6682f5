import { Problem } from '../../functions/http/problem.ts';
import type { TableContract } from '../../medallion/contracts/contract.ts';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { World } from '../../medallion/ports/world.ts';
import { name } from '../reprocessing/files-by-event-time.ts';

export interface Offender {
  readonly table: string;
  readonly line: number;
  readonly problems: string[];
  /** What was made of the line; personal columns are masked. */
  readonly columns: Record<string, unknown>;
  /** The line as it came; missing when masked. */
  readonly text?: string;
}

const mask = '***';

/** Personal words are left out by the query itself: what is masked never leaves the warehouse. */
function queryOf({ columns, table }: TableContract, isMasked: boolean): string {
  const parsed = columns.filter(({ name: column }) => !column.startsWith('_'));
  const shown = parsed.map(({ classification, name: column }) =>
    isMasked && classification === 'personal'
      ? `'${mask}' AS ${name(column)}`
      : `CAST(${name(column)} AS STRING) AS ${name(column)}`,
  );
  const text = isMasked ? 'CAST(NULL AS STRING)' : '_line';
  return `SELECT '${name(table)}' AS table_name, _line_number, to_json(_problems) AS problems,
  to_json(struct(${shown.join(', ')})) AS columns, ${text} AS text
FROM ${name(table)} WHERE _file = :file AND _problem_count > 0 AND _line_number > :after`;
}

/** The quarantined lines of one file, in their order. */
export async function offendersOf(
  { datasets, tables, warehouse }: Pick<World, 'datasets' | 'tables' | 'warehouse'>,
  { dataset, file }: RegisteredFile,
  { after, isMasked, most }: { readonly after: number; readonly isMasked: boolean; readonly most: number },
): Promise<Offender[] | Problem> {
  const landing = datasets.find((each) => each.dataset === dataset);
  const into = [...(landing?.routes.map(({ table }) => table) ?? []), landing?.otherwise];
  const queries = tables.filter(({ table }) => into.includes(table)).map((table) => queryOf(table, isMasked));
  if (queries.length === 0) return [];
  const statement = `${queries.join('\nUNION ALL\n')}\nORDER BY _line_number LIMIT ${most}`;
  const answer = await warehouse.ask(statement, { file, after });
  if (answer.kind === 'refused') return new Problem('conflict', `The lines cannot be read: ${answer.because}`);
  return answer.rows.map((row) => ({
    table: String(row['table_name']),
    line: Number(row['_line_number']),
    problems: JSON.parse(String(row['problems'] ?? '[]')) as string[],
    columns: JSON.parse(String(row['columns'] ?? '{}')) as Record<string, unknown>,
    ...(row['text'] == null ? {} : { text: String(row['text']) }),
  }));
}
