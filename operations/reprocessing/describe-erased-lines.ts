import { toLandedName } from '../../medallion/contracts/bronze.ts';
import { quoteLiteral, requireIdentifier } from '../../medallion/contracts/sql.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { PlannedFile } from '../../medallion/reprocessing/plan.ts';

/** More ids than this would only fill the memory, and one warning tells as much. */
const maxFiles = 100_000;

/** So few files are named in the statement: then a table need not read what can have none of their rows. */
const maxNamedFiles = 100;

/** Warns of lines that no replay brings back, because their people were deleted. */
export async function describeErasedLines(
  { sqlWarehouse }: Pick<Ports, 'sqlWarehouse'>,
  files: readonly PlannedFile[],
): Promise<string[]> {
  const datasets = [...new Set(files.map(({ dataset }) => dataset))].sort();
  if (datasets.length === 0) return [];
  const queries = datasets.map((dataset) => `${createQuery(dataset)}${createCondition(files)}`);
  const statement = `SELECT DISTINCT _file FROM (${queries.join(' UNION ALL ')}) LIMIT ${maxFiles}`;
  const result = await sqlWarehouse.query(statement);
  if (result.kind === 'rejected')
    return [`Whether deleted people are in these files could not be looked up: ${result.reason}`];
  const erased = new Set(result.rows.map((row) => row['_file']));
  const count = files.filter(({ file }) => erased.has(file)).length;
  if (count === 0) return [];
  return [
    `Lines of deleted people are in ${count} of ${files.length} files. These lines stay blank: a replay brings nobody back.`,
  ];
}

/** An erased line has lost its text. A line without text is blank otherwise. */
const createQuery = (dataset: string): string =>
  `SELECT _file FROM ${requireIdentifier(toLandedName(dataset))} WHERE _line IS NULL AND coalesce(_record, '') <> '_blank'`;

function createCondition(files: readonly PlannedFile[]): string {
  if (files.length > maxNamedFiles) return '';
  return ` AND _file IN (${files.map(({ file }) => quoteLiteral(file)).join(', ')})`;
}
