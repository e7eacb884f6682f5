import { Problem } from '../../functions/http/problem.ts';
import type { World } from '../../medallion/ports/world.ts';
import type { FileSelection } from '../../medallion/reprocessing/selection.ts';

/** Names come from contracts, and are looked at all the same before they go into a statement. */
export function name(text: string): string {
  if (!/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/.test(text))
    throw new Error(`'${text}' is no name of a table or column.`);
  return text;
}

/** The files that have rows with an event in a span of time, asked of every bronze table that has a time. */
export async function filesWithEvents(
  { tables, warehouse }: Pick<World, 'tables' | 'warehouse'>,
  { from = '0001-01-01T00:00:00Z', to = '9999-12-31T00:00:00Z' }: NonNullable<FileSelection['eventTime']>,
): Promise<ReadonlySet<string> | Problem> {
  const queries = tables
    .filter(({ layer }) => layer === 'bronze')
    .flatMap(({ columns, table }) =>
      columns
        .filter(({ type }) => type === 'timestamp')
        .map((column) => {
          const at = name(column.name);
          return `SELECT _file FROM ${name(table)} WHERE ${at} >= CAST(:from AS TIMESTAMP) AND ${at} < CAST(:to AS TIMESTAMP)`;
        }),
    );
  const answer = await warehouse.ask(`SELECT DISTINCT _file FROM (${queries.join(' UNION ALL ')})`, { from, to });
  if (answer.kind === 'refused') return new Problem('nothing', `Event times could not be looked up: ${answer.because}`);
  return new Set(answer.rows.map((row) => String(row['_file'])));
}
