import type { TableClient } from '@azure/data-tables';
import { type Page, UnknownPageTokenError } from '../../medallion/page.ts';
import { quote } from './keys.ts';
import { maxPageSize, type Row, readRows } from './table.ts';

/** One call looks at no more rows, however few of them it is asked for. Its answer then says where to go on. */
const maxLooked = 5000;

interface RangeQuery<Item> {
  readonly partitions: readonly string[];
  /** All keys of the range begin with it, and a colon. */
  readonly prefix: string;
  /** `undefined` for a row that is not asked for. */
  readonly toItem: (row: Row) => Item | undefined | Promise<Item | undefined>;
  readonly max: number;
  readonly after?: string | undefined;
}

interface Place {
  readonly partition: string;
  readonly rowKey: string;
}

/**
 * One page of a range of keys, in one partition after another. The service only gets keys to compare: a condition on
 * another column would make it look at all rows of the range.
 */
export async function readRange<Item>(table: TableClient, query: RangeQuery<Item>): Promise<Page<Item>> {
  const { after, max, partitions } = query;
  const start = after === undefined ? undefined : parseToken(after, query);
  const items: { readonly item: Item; readonly place: Place }[] = [];
  let looked = 0;
  let last: Place | undefined;
  for (const partition of partitions.slice(start ? partitions.indexOf(start.partition) : 0)) {
    let from = start?.partition === partition ? start.rowKey : undefined;
    for (let size = Math.min(max + 1, maxPageSize); ; size = Math.min(size * 2, maxPageSize)) {
      if (looked >= maxLooked) return toPage(items, max, last);
      const rows = await readRows(table, {
        partition,
        conditions: [toCondition(query.prefix, from)],
        toItem: (row) => row,
        max: Math.min(size, maxLooked - looked),
      });
      const values = await Promise.all(rows.map(query.toItem));
      for (const [index, row] of rows.entries()) {
        last = { partition, rowKey: String(row['rowKey']) };
        const item = values[index];
        if (item !== undefined) items.push({ item, place: last });
      }
      if (items.length > max) return toPage(items, max, last);
      looked += rows.length;
      if (rows.length < Math.min(size, maxLooked - looked + rows.length)) break;
      from = last?.rowKey;
    }
  }
  return toPage(items, max, undefined);
}

/** `last` is the row at which a call stopped that has not come to the end. */
function toPage<Item>(
  items: readonly { readonly item: Item; readonly place: Place }[],
  max: number,
  last: Place | undefined,
): Page<Item> {
  const end = items.length > max ? items[max - 1]?.place : last;
  const rows = items.slice(0, max).map(({ item }) => item);
  return { rows, ...(end ? { next: `${end.partition}/${end.rowKey}` } : {}) };
}

/** ';' is the character after ':'. */
const toCondition = (prefix: string, from: string | undefined) =>
  `${from === undefined ? `RowKey ge '${prefix}:'` : `RowKey gt ${quote(from)}`} and RowKey lt '${prefix};'`;

function parseToken(token: string, { partitions, prefix }: Pick<RangeQuery<unknown>, 'partitions' | 'prefix'>): Place {
  const [partition = '', rowKey = '', ...rest] = token.split('/');
  const isPlace =
    partitions.includes(partition) && rowKey.startsWith(`${prefix}:`) && /^[\x20-\x7e]{1,512}$/.test(rowKey);
  if (!isPlace || rest.length > 0) throw new UnknownPageTokenError();
  return { partition, rowKey };
}
