import type { TableClient, TransactionAction } from '@azure/data-tables';
import { checkPageSize, maxPageSize } from './limits.ts';
import { type Row, type ScannedRows, StrictRows, translate } from './strict-rows.ts';

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

/**
 * A table in memory, for those who need thousands of tables or millions of rows. It is as strict as the service: limits on
 * keys, texts, rows, filters, pages and transactions, conditions by ETag, and pages that are empty but not the last.
 */
export function createStrictTable({ emptyPages = 0, maxRowsPerPage = maxPageSize }: StrictOptions = {}): StrictTable {
  const rows = new StrictRows();
  const requests: string[] = [];
  const settings: PageOptions = { emptyPages, maxRowsPerPage, requests, empty: 0 };
  const client = {
    ...createWrites(rows, requests),
    createTable: async () => undefined,
    getEntity: async (partitionKey: string, rowKey: string) => {
      requests.push('getEntity');
      return { ...rows.require({ partitionKey, rowKey }) };
    },
    listEntities: ({ queryOptions: { filter = '' } = {} }: { queryOptions?: { filter?: string } } = {}) => {
      const scan: Scan = (start, size) => rows.scan(filter, start, size);
      const readPages = (size: number, token?: string) => createPages(scan, size, token, settings);
      return {
        async *[Symbol.asyncIterator]() {
          for await (const page of readPages(maxPageSize)) yield* page;
        },
        byPage: ({ continuationToken, maxPageSize: size = maxPageSize }: PageSettings = {}) =>
          readPages(size, continuationToken),
      };
    },
  };
  return { client: client as unknown as TableClient, requests, getLookedAt: () => rows.lookedAt };
}

function createWrites(rows: StrictRows, requests: string[]) {
  const apply = (name: string, action: TransactionAction) => {
    requests.push(name);
    rows.apply(action);
  };
  return {
    createEntity: async (row: Row) => {
      apply('createEntity', ['create', row]);
      return { etag: rows.get(row)?.etag };
    },
    upsertEntity: async (row: Row, mode = 'Merge') => apply('upsertEntity', ['upsert', row, mode as 'Merge']),
    updateEntity: async (row: Row, mode = 'Merge', options = {}) => {
      apply('updateEntity', ['update', row, mode as 'Merge', options]);
      return { etag: rows.get(row)?.etag };
    },
    deleteEntity: async (partitionKey: string, rowKey: string, options = {}) =>
      apply('deleteEntity', ['delete', { partitionKey, rowKey }, undefined, options] as never),
    submitTransaction: async (actions: readonly TransactionAction[]) => {
      requests.push('submitTransaction');
      rows.transact(actions);
    },
  };
}

interface PageSettings {
  readonly continuationToken?: string;
  readonly maxPageSize?: number;
}

interface PageOptions {
  readonly emptyPages: number;
  readonly maxRowsPerPage: number;
  readonly requests: string[];
  /** How many empty pages have come since one with rows. */
  empty: number;
}

type Scan = (start: string | undefined, size: number) => ScannedRows;

async function* createPages(scan: Scan, size: number, token: string | undefined, options: PageOptions) {
  const { emptyPages, maxRowsPerPage, requests } = options;
  translate(() => checkPageSize(size));
  let next = token;
  do {
    requests.push('listEntities');
    const start = next === undefined ? undefined : readToken(next);
    const isEmpty = options.empty < emptyPages;
    const { next: following, page } = scan(start, isEmpty ? 0 : Math.min(size, maxRowsPerPage));
    options.empty = isEmpty ? options.empty + 1 : 0;
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
