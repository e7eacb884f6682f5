import { requireIdentifier } from '../../medallion/contracts/sql.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { FileSelection } from '../../medallion/reprocessing/selection.ts';
import type { Rejected } from '../rejected.ts';

/** More ids than this are no selection that a run could take, and would only fill the memory. */
const maxFiles = 100_000;

/** The files that have rows with an event in a span of time, looked up in every bronze table that has a time. */
export async function listFilesWithEvents(
  { sqlWarehouse, tables }: Pick<Ports, 'sqlWarehouse' | 'tables'>,
  { from = '0001-01-01T00:00:00Z', to = '9999-12-31T00:00:00Z' }: NonNullable<FileSelection['eventTime']>,
): Promise<ReadonlySet<string> | Rejected> {
  const queries = tables
    .filter(({ layer }) => layer === 'bronze')
    .flatMap(({ columns, table }) =>
      columns.filter(({ type }) => type === 'timestamp').map(({ name }) => createQuery(table, name)),
    );
  const statement = `SELECT DISTINCT _file FROM (${queries.join(' UNION ALL ')}) LIMIT ${maxFiles + 1}`;
  const result = await sqlWarehouse.query(statement, { from, to });
  if (result.kind === 'rejected') {
    const reason = `Event times could not be looked up: ${result.reason}`;
    return { kind: 'rejected', code: 'query_failed', reason };
  }
  if (result.rows.length > maxFiles) {
    const reason = `More than ${maxFiles} files have events in this span. Narrow it.`;
    return { kind: 'rejected', code: 'selection_too_large', reason };
  }
  return new Set(result.rows.map((row) => String(row['_file'])));
}

function createQuery(table: string, column: string): string {
  const time = requireIdentifier(column);
  const range = `${time} >= CAST(:from AS TIMESTAMP) AND ${time} < CAST(:to AS TIMESTAMP)`;
  return `SELECT _file FROM ${requireIdentifier(table)} WHERE ${range}`;
}
