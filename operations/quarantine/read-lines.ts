import { z } from 'zod';
import { listViews } from '../../medallion/contracts/bronze.ts';
import type { ColumnContract, TableContract } from '../../medallion/contracts/contract.ts';
import { quoteLiteral, requireIdentifier } from '../../medallion/contracts/sql.ts';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { Rejected } from '../rejected.ts';

export const QuarantinedLine = z.object({
  table: z.string(),
  line: z.int(),
  /** Names of the rules that it breaks. */
  violations: z.array(z.string()),
  /** What was made of the line. Personal columns are masked, and texts that may stand in a wrong column show their shape. */
  columns: z.record(z.string(), z.unknown()),
  /** How many letters the line has. */
  length: z.int().optional(),
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
function createQuery(contract: TableContract, isMasked: boolean): string {
  const { columns, table } = contract;
  const parsed = columns.filter(({ name }) => !name.startsWith('_'));
  const selected = parsed.map(
    (column) => `${isMasked ? selectMasked(column, contract) : selectText(column)} AS ${column.name}`,
  );
  const text = isMasked ? 'CAST(NULL AS STRING)' : '_line';
  const source = requireIdentifier(table);
  return `SELECT '${source}' AS table_name, _line_number, to_json(_violations) AS violations,
  to_json(struct(${selected.join(', ')})) AS columns, length(_line) AS length, ${text} AS text
FROM ${source} WHERE _file = :file AND _violation_count > 0 AND _line_number > :after`;
}

const selectText = ({ name }: ColumnContract) => `CAST(${requireIdentifier(name)} AS STRING)`;

/** Whatever could be read as one of these is no name of a person. */
const plainTypes = /^(tinyint|smallint|int|bigint|float|double|decimal.*|boolean|date|timestamp)$/;
const maxShapeLength = 64;

/**
 * A value of a broken line may stand in the wrong column, where its mask does not reach. So a text is shown as it is only if
 * the line breaks no rule but those that have nothing to do with its structure or a personal column.
 */
function selectMasked(column: ColumnContract, { columns, rowRules }: TableContract): string {
  if (column.classification === 'personal') return `'${mask}'`;
  const text = selectText(column);
  if (plainTypes.test(column.type)) return text;
  const personal = columns.filter(({ classification }) => classification === 'personal').map(({ name }) => name);
  const doubtful = new RegExp(`\\b(${['_broken', ...personal].join('|')})\\b`);
  const harmless = rowRules.filter(({ predicate }) => !doubtful.test(predicate) && predicate !== 'true');
  const names = harmless.map(({ name }) => quoteLiteral(name)).join(', ');
  const letters = `regexp_replace(substr(${text}, 1, ${maxShapeLength}), ${quoteLiteral('\\p{L}')}, 'a')`;
  const shape = `regexp_replace(${letters}, ${quoteLiteral('\\p{N}')}, '9')`;
  return `CASE WHEN size(array_except(_violations, CAST(array(${names}) AS ARRAY<STRING>))) = 0 THEN ${text} ELSE ${shape} END`;
}

const toLine = (row: Record<string, unknown>): QuarantinedLine => ({
  table: String(row['table_name']),
  line: Number(row['_line_number']),
  violations: JSON.parse(String(row['violations'] ?? '[]')) as string[],
  columns: JSON.parse(String(row['columns'] ?? '{}')) as Record<string, unknown>,
  ...(row['length'] == null ? {} : { length: Number(row['length']) }),
  ...(row['text'] == null ? {} : { text: String(row['text']) }),
});
