import { RestError, type TableClient, type TransactionAction } from '@azure/data-tables';
import { parseFilter, parseKeyRange } from './table-filter.ts';

type Row = Record<string, unknown> & { partitionKey: string; rowKey: string };
type StoredRow = Row & { etag: string; timestamp: string };

interface StrictOptions {
  /** So many empty pages with a continuation come before each page with rows, as the service may give them. */
  readonly emptyPages?: number;
  /** No page has more rows, whatever is asked for: the service may end any page early. */
  readonly maxRowsPerPage?: number;
}

export interface StrictTable {
  readonly client: TableClient;
  /** Every request so far, by its name. */
  readonly requests: string[];
  /** How many rows the queries so far have looked at, whether they met the conditions or not. */
  getLookedAt(): number;
}

const maxTextLength = 32_768;
const maxKeyLength = 512;
const maxColumns = 252;
const maxRowLength = 2 ** 19;
const maxPageSize = 1000;
const maxActions = 100;
const maxTransactionBytes = 4 * 2 ** 20;

const fail = (statusCode: number, code: string, message: string) => new RestError(message, { statusCode, code });

/**
 * A table in memory that is as strict as the service: limits on keys, texts, rows, filters, pages and transactions,
 * conditions by ETag, and pages that are empty but not the last.
 */
export function createStrictTable({ emptyPages = 0, maxRowsPerPage = maxPageSize }: StrictOptions = {}): StrictTable {
  const rows = new Map<string, StoredRow>();
  const requests: string[] = [];
  let version = 0;
  let lookedAt = 0;
  /** All keys in order; made anew when a row came or went. */
  let order: string[] | undefined;
  const toKey = ({ partitionKey, rowKey }: Pick<Row, 'partitionKey' | 'rowKey'>) => `${partitionKey}\n${rowKey}`;

  const store = (row: Row, before?: StoredRow) => {
    const columns = Object.fromEntries(
      Object.entries(row).filter(([, value]) => value !== undefined && value !== null),
    );
    const stamp = { etag: `W/"${++version}"`, timestamp: new Date(version).toISOString() };
    const stored = { ...before, ...columns, ...stamp } as StoredRow;
    checkRow(stored);
    if (!before && !rows.has(toKey(row))) order = undefined;
    rows.set(toKey(row), stored);
  };
  const requireRow = (row: Row, etag = '*'): StoredRow => {
    const stored = rows.get(toKey(row));
    if (!stored) throw fail(404, 'ResourceNotFound', `There is no row '${row.rowKey}'.`);
    if (etag !== '*' && etag !== stored.etag) throw fail(412, 'UpdateConditionNotSatisfied', 'The ETag has changed.');
    return stored;
  };
  const handle = (action: TransactionAction) => {
    const [kind, row, mode, options] = action as [string, Row, string | undefined, { etag?: string } | undefined];
    const merged = (before: StoredRow | undefined) => (mode === 'Replace' ? undefined : before);
    if (kind === 'create') {
      if (rows.has(toKey(row))) throw fail(409, 'EntityAlreadyExists', `There is a row '${row.rowKey}' already.`);
      store(row);
    } else if (kind === 'upsert') store(row, merged(rows.get(toKey(row))));
    else if (kind === 'update') store(row, merged(requireRow(row, options?.etag)));
    else {
      requireRow(row);
      order = undefined;
      rows.delete(toKey(row));
    }
  };
  /** All of them, or none. */
  const transact = (actions: readonly TransactionAction[]) => {
    const before = new Map(actions.map(([, row]) => [toKey(row), rows.get(toKey(row))]));
    try {
      for (const action of actions) handle(action);
    } catch (error) {
      order = undefined;
      for (const [key, row] of before) {
        if (row) rows.set(key, row);
        else rows.delete(key);
      }
      throw error;
    }
  };
  /** The first rows of a query, from a key on, and the key of the one after them. */
  const scan = (filter: string, start: string | undefined, size: number): ScannedRows => {
    const matches = parseFilter(filter);
    const { first, isInside } = parseKeyRange(filter);
    order ??= [...rows.keys()].sort((a, b) => (a < b ? -1 : 1));
    const page: StoredRow[] = [];
    for (let index = findPlace(order, start ?? toKey(first)); index < order.length; index++) {
      const row = rows.get(order[index] ?? '');
      // The first row may be the one that a range begins after.
      if (!row || (order[index] === toKey(first) && !isInside(row))) continue;
      if (!isInside(row)) break;
      if (page.length >= size && matches(row)) return { page, next: row };
      if (page.length >= size) continue;
      lookedAt++;
      if (matches(row)) page.push(row);
    }
    return { page };
  };

  const client = {
    createTable: async () => undefined,
    createEntity: async (row: Row) => {
      requests.push('createEntity');
      handle(['create', row]);
      return { etag: rows.get(toKey(row))?.etag };
    },
    upsertEntity: async (row: Row, mode = 'Merge') => {
      requests.push('upsertEntity');
      handle(['upsert', row, mode as 'Merge']);
    },
    updateEntity: async (row: Row, mode = 'Merge', options = {}) => {
      requests.push('updateEntity');
      handle(['update', row, mode as 'Merge', options]);
      return { etag: rows.get(toKey(row))?.etag };
    },
    deleteEntity: async (partitionKey: string, rowKey: string) => {
      requests.push('deleteEntity');
      handle(['delete', { partitionKey, rowKey }]);
    },
    getEntity: async (partitionKey: string, rowKey: string) => {
      requests.push('getEntity');
      return { ...requireRow({ partitionKey, rowKey }) };
    },
    submitTransaction: async (actions: readonly TransactionAction[]) => {
      requests.push('submitTransaction');
      checkTransaction(actions);
      transact(actions);
    },
    listEntities: ({ queryOptions: { filter = '' } = {} }: { queryOptions?: { filter?: string } } = {}) => {
      const readPages = (size: number, token?: string) =>
        createPages((start, count) => scan(filter, start, count), size, {
          emptyPages,
          maxRowsPerPage,
          requests,
          token,
        });
      return {
        async *[Symbol.asyncIterator]() {
          for await (const page of readPages(maxPageSize)) yield* page;
        },
        byPage: ({ continuationToken, maxPageSize: size = maxPageSize }: PageSettings = {}) =>
          readPages(size, continuationToken),
      };
    },
  };
  return { client: client as unknown as TableClient, requests, getLookedAt: () => lookedAt };
}

interface PageSettings {
  readonly continuationToken?: string;
  readonly maxPageSize?: number;
}

interface PageOptions {
  readonly emptyPages: number;
  readonly maxRowsPerPage: number;
  readonly requests: string[];
  readonly token: string | undefined;
}

interface ScannedRows {
  readonly page: StoredRow[];
  readonly next?: StoredRow;
}

type Scan = (start: string | undefined, size: number) => ScannedRows;

/** Where in a sorted list a key stands, or would stand. */
function findPlace(order: readonly string[], key: string): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((order[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function* createPages(scan: Scan, size: number, options: PageOptions) {
  const { emptyPages, maxRowsPerPage, requests, token } = options;
  if (size < 1 || size > maxPageSize) throw fail(400, 'InvalidInput', `$top has to be 1 to ${maxPageSize}.`);
  let next = token;
  let empty = 0;
  do {
    requests.push('listEntities');
    const start = next === undefined ? undefined : readToken(next);
    const isEmpty = empty < emptyPages;
    const { next: following, page } = scan(start, isEmpty ? 0 : Math.min(size, maxRowsPerPage));
    empty = isEmpty ? empty + 1 : 0;
    next = following && writeToken(following);
    yield Object.assign(
      page.map((row) => ({ ...row })),
      next === undefined ? {} : { continuationToken: next },
    );
  } while (next !== undefined);
}

/** As the client's own: JSON in base64. */
const writeToken = ({ partitionKey, rowKey }: Row) =>
  Buffer.from(JSON.stringify({ nextPartitionKey: partitionKey, nextRowKey: rowKey })).toString('base64');

function readToken(token: string): string {
  const { nextPartitionKey, nextRowKey } = JSON.parse(Buffer.from(token, 'base64').toString('utf8')) as Record<
    string,
    string
  >;
  return `${nextPartitionKey}\n${nextRowKey}`;
}

function checkRow({ etag: _, timestamp: __, ...row }: StoredRow): void {
  const { partitionKey, rowKey, ...columns } = row;
  for (const key of [partitionKey, rowKey]) checkKey(key);
  const entries = Object.entries(columns);
  if (entries.length > maxColumns)
    throw fail(400, 'TooManyProperties', `Row '${rowKey}' has ${entries.length} columns, more than ${maxColumns}.`);
  for (const [name, value] of entries) checkColumn(name, value);
  // The service counts two bytes a character, up to 1 MiB.
  const length = JSON.stringify(row).length;
  if (length > maxRowLength) throw fail(400, 'EntityTooLarge', `Row '${rowKey}' has ${length} characters.`);
}

function checkKey(key: string): void {
  if (key.length > maxKeyLength) throw fail(400, 'KeyValueTooLarge', `A key has ${key.length} characters.`);
  if (/[/\\#?\p{Cc}]/u.test(key)) throw fail(400, 'OutOfRangeInput', `'${key}' has a character that no key may have.`);
}

function checkColumn(name: string, value: unknown): void {
  if (!/^[A-Za-z_]\w{0,254}$/.test(name)) throw fail(400, 'PropertyNameInvalid', `'${name}' is no name of a column.`);
  if (typeof value === 'string' && value.length > maxTextLength)
    throw fail(400, 'PropertyValueTooLarge', `Column '${name}' has ${value.length} characters.`);
  if (typeof value === 'object') throw fail(400, 'InvalidInput', `Column '${name}' is no text, number or truth value.`);
}

function checkTransaction(actions: readonly TransactionAction[]): void {
  if (actions.length === 0 || actions.length > maxActions)
    throw fail(400, 'InvalidInput', `A transaction has 1 to ${maxActions} actions, not ${actions.length}.`);
  const partitions = new Set(actions.map(([, row]) => row.partitionKey));
  if (partitions.size > 1) throw fail(400, 'CommandsInBatchActOnDifferentPartitions', 'One partition at a time.');
  const keys = new Set(actions.map(([, row]) => row.rowKey));
  if (keys.size < actions.length) throw fail(400, 'InvalidDuplicateRow', 'A row may stand in a transaction once.');
  const bytes = Buffer.byteLength(JSON.stringify(actions));
  if (bytes > maxTransactionBytes) throw fail(413, 'RequestBodyTooLarge', `A transaction has ${bytes} bytes.`);
}
