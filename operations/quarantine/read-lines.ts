import { z } from 'zod';
import { listViews } from '../../medallion/contracts/bronze.ts';
import type { TableContract } from '../../medallion/contracts/contract.ts';
import { requireIdentifier } from '../../medallion/contracts/sql.ts';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { Rejected } from '../rejected.ts';

export const QuarantinedLine = z.object({
  table: z.string(),
  line: z.int(),
  /** Names of the rules that it breaks. */
  violations: z.array(z.string()),
  /** What was made of the line; personal columns are masked. */
  columns: z.record(z.string(), z.unknown()),
  /** The line as it came; missing when masked. */
  text: z.string().optional(),
});
export type QuarantinedLine = z.infer<typeof QuarantinedLine>;

interface LineRange {
  readonly after: number;
  readonly max: number;
  readonly isMasked: boolean;
}

/** The quarantined lines of one file, in their order. */
export async function readQuarantinedLines(
  { datasets, sqlWarehouse, tables }: Pick<Ports, 'datasets' | 'sqlWarehouse' | 'tables'>,
  { dataset, file }: RegisteredFile,
  { after, isMasked, max }: LineRange,
): Promise<QuarantinedLine[] | Rejected> {
  const landing = datasets.find((contract) => contract.dataset === dataset);
  const targets = landing ? listViews(landing) : [];
  const queries = tables.filter(({ table }) => targets.includes(table)).map((table) => createQuery(table, isMasked));
  if (queries.length === 0) return [];
  const statement = `${queries.join('\nUNION ALL\n')}\nORDER BY _line_number LIMIT ${max}`;
  const result = await sqlWarehouse.query(statement, { file, after });
  if (result.kind === 'rejected')
    return { kind: 'rejected', code: 'query_failed', reason: `The lines cannot be read: ${result.reason}` };
  return result.rows.map(toLine);
}

const mask = '***';

/** Personal words are left out by the query itself: what is masked never leaves the warehouse. */
function createQuery({ columns, table }: TableContract, isMasked: boolean): string {
  const parsed = columns.filter(({ name }) => !name.startsWith('_'));
  const selected = parsed.map(({ classification, name }) => {
    const column = requireIdentifier(name);
    return isMasked && classification === 'personal'
      ? `'${mask}' AS ${column}`
      : `CAST(${column} AS STRING) AS ${column}`;
  });
  const text = isMasked ? 'CAST(NULL AS STRING)' : '_line';
  const source = requireIdentifier(table);
  return `SELECT '${source}' AS table_name, _line_number, to_json(_violations) AS violations,
  to_json(struct(${selected.join(', ')})) AS columns, ${text} AS text
FROM ${source} WHERE _file = :file AND _violation_count > 0 AND _line_number > :after`;
}

const toLine = (row: Record<string, unknown>): QuarantinedLine => ({
  table: String(row['table_name']),
  line: Number(row['_line_number']),
  violations: JSON.parse(String(row['violations'] ?? '[]')) as string[],
  columns: JSON.parse(String(row['columns'] ?? '{}')) as Record<string, unknown>,
  ...(row['text'] == null ? {} : { text: String(row['text']) }),
});
