import type { TableContract } from '../../medallion/contracts/contract.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { type Cell, createRowsQuery, toCell } from '../../medallion/releases/rows-query.ts';
import type { Rejected } from '../rejected.ts';

export type Row = Readonly<Record<string, Cell>>;

export interface ReadRows {
  readonly kind: 'rows';
  /** The release that the rows are of; none before the first. */
  readonly release?: string;
  readonly rows: readonly Row[];
}

interface RowsRequest {
  readonly table: TableContract;
  readonly order?: readonly string[] | undefined;
  readonly limit: number;
}

/**
 * Reads rows of gold tables as readers see them. They change with the release alone, so the warehouse runs each query once
 * per release. `max` bounds how many answers are kept.
 */
export function createRowReader({ max }: { readonly max: number }) {
  const cache = new Map<string, ReadRows>();
  return async (
    { releases, sqlWarehouse }: Pick<Ports, 'releases' | 'sqlWarehouse'>,
    { limit, order, table }: RowsRequest,
  ): Promise<ReadRows | Rejected> => {
    const current = (await releases.get())?.state.current;
    if (!current) return { kind: 'rows', rows: [] };
    const { publishedAt, release } = current;
    const query = createRowsQuery(table, { limit, order });
    const key = `${release} ${publishedAt} ${query}`;
    const cached = cache.get(key);
    if (cached) return cached;
    const result = await sqlWarehouse.query(query);
    if (result.kind === 'rejected') {
      const reason = `The rows of '${table.table}' cannot be read: ${result.reason}`;
      return { kind: 'rejected', code: 'query_failed', reason };
    }
    const answer: ReadRows = { kind: 'rows', release, rows: result.rows.map(toRow) };
    if (cache.size >= max) cache.clear();
    cache.set(key, answer);
    return answer;
  };
}

const toRow = (row: Readonly<Record<string, unknown>>): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toCell(value)]));
