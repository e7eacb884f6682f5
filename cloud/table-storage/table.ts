import { type AzureNamedKeyCredential, RestError, TableClient, type TransactionAction } from '@azure/data-tables';
import type { ManagedIdentityCredential } from '@azure/identity';
import type { Environment } from '../../environments/environment.ts';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import { type Page, UnknownPageTokenError } from '../../medallion/page.ts';
import type { Credentials } from '../credentials.ts';
import { quote } from './keys.ts';

type StateTable = Pick<Environment, 'stateTable'>;
export type Row = Record<string, unknown>;

/**
 * The state table, which is made on first use, and again if somebody deletes it. `prepare` fills one that is new: nobody
 * gets the table before. What failed is tried again by the next call.
 */
export function createStateTable(
  environment: StateTable,
  { stateTable: credential }: Pick<Credentials, 'stateTable'>,
  prepare: (table: TableClient) => Promise<void>,
): () => Promise<TableClient> {
  const table = connect(environment, credential);
  let creation: Promise<void> | undefined;
  const forget = () => {
    creation = undefined;
  };
  // Further out, an answer that says no is an exception already.
  table.pipeline.addPolicy(createAbsencePolicy(forget), { phase: 'Sign' });
  return async () => {
    creation ??= table.createTable().then(() => prepare(table));
    await creation.catch((error: unknown) => {
      forget();
      throw error;
    });
    return table;
  };
}

/** Notices a table that is gone in any answer. */
const createAbsencePolicy = (forget: () => void): Parameters<TableClient['pipeline']['addPolicy']>[0] => ({
  name: 'stateTableAbsence',
  sendRequest: async (request, next) => {
    const response = await next(request);
    if (response.status === 404 && response.bodyAsText?.includes('TableNotFound')) forget();
    return response;
  },
});

function connect(
  { stateTable }: StateTable,
  credential: AzureNamedKeyCredential | ManagedIdentityCredential,
): TableClient {
  const options = { allowInsecureConnection: stateTable.account.startsWith('http://127.0.0.1') };
  // The two kinds of credential meet two overloads, which a union satisfies neither of.
  return 'getToken' in credential
    ? new TableClient(stateTable.account, stateTable.table, credential, options)
    : new TableClient(stateTable.account, stateTable.table, credential, options);
}

export const isStatus = (error: unknown, status: number): error is RestError =>
  error instanceof RestError && error.statusCode === status;

export async function findRow(table: TableClient, partition: string, key: string) {
  try {
    return await table.getEntity<Row>(partition, key);
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/**
 * The row as it was just written, if it is there. A client that had no answer sends its write again, and hears then that
 * somebody was faster: itself.
 */
export async function findWritten(table: TableClient, row: Row) {
  const current = await findRow(table, String(row['partitionKey']), String(row['rowKey']));
  const isOwn = current !== undefined && Object.entries(row).every(([column, value]) => current[column] === value);
  return isOwn ? current : undefined;
}

const toFilter = (partition: string, conditions: readonly string[]) =>
  [`PartitionKey eq ${quote(partition)}`, ...conditions].join(' and ');

/** The rows of one partition that meet the conditions, as they come: there may be too many to hold. */
export const iterateRows = (table: TableClient, partition: string, conditions: readonly string[] = []) =>
  table.listEntities<Row>({ queryOptions: { filter: toFilter(partition, conditions) } });

/** All rows of one partition that meet the conditions. */
export async function listRows(...query: Parameters<typeof iterateRows>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of iterateRows(...query)) rows.push(row);
  return rows;
}

/** The service gives no more at once, whatever it is asked for. */
export const maxPageSize = 1000;

/** The service may end a page early and empty, with a continuation. So many are passed over in one call. */
const maxEmptyPages = 20;

interface PageQuery<Item> {
  /** Without one the service would look through the whole table. */
  readonly partition: string;
  readonly conditions?: readonly string[];
  readonly toItem: (row: Row) => Item;
  readonly max: number;
  readonly after?: string | undefined;
}

/**
 * Reads one page of a query, full as long as there are rows: who asks for the last five runs counts on them. The token of
 * the next page is opaque to callers.
 */
export async function readPage<Item>(table: TableClient, query: PageQuery<Item>): Promise<Page<Item>> {
  const { after, conditions, max, partition, toItem } = query;
  if (after !== undefined && !isPageToken(after)) throw new UnknownPageTokenError();
  const items: Item[] = [];
  const matching = iterateRows(table, partition, conditions);
  const size = Math.min(max, maxPageSize);
  let token = after;
  for (let empty = 0; ; ) {
    const { next, rows } = await readServicePage(matching, size - items.length, token);
    items.push(...rows.map(toItem));
    if (rows.length === 0) empty++;
    token = next;
    if (next === undefined || items.length >= size || empty > maxEmptyPages)
      return { rows: items, ...(next ? { next } : {}) };
  }
}

/** What the service gives at once, which may be less than there is. */
export async function readServicePage(
  matching: ReturnType<typeof iterateRows>,
  size: number,
  after: string | undefined,
): Promise<Page<Row>> {
  const page = await matching.byPage({ maxPageSize: size, ...(after ? { continuationToken: after } : {}) }).next();
  if (page.done) return { rows: [] };
  const next = (page.value as { continuationToken?: string }).continuationToken;
  return { rows: page.value, ...(next ? { next } : {}) };
}

/** The first rows of a query, over as many pages as they take. */
export async function readRows<Item>(table: TableClient, query: Omit<PageQuery<Item>, 'after'>): Promise<Item[]> {
  const rows: Item[] = [];
  for (let after: string | undefined; ; ) {
    const page = await readPage(table, { ...query, max: query.max - rows.length, after });
    rows.push(...page.rows);
    after = page.next;
    if (after === undefined || rows.length >= query.max) return rows;
  }
}

/** The client's own tokens are JSON in base64, and it trusts whatever it is given. */
function isPageToken(text: string): boolean {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as Record<string, unknown> | null;
    const entries = Object.entries(token ?? {});
    // The entries become headers and query values of the next request.
    const isKey = ([name, value]: [string, unknown]) =>
      ['nextPartitionKey', 'nextRowKey'].includes(name) && /^[\x21-\x7e]{0,2000}$/.test(String(value ?? ''));
    return entries.length > 0 && entries.every(isKey);
  } catch {
    return false;
  }
}

/** The service takes at most a hundred actions of one partition at a time. */
const maxActions = 100;

/** The service takes 4 MiB, of which the client needs some for what it writes around each action. */
const maxTransactionBytes = 3 * 2 ** 20;

/**
 * Submits groups of actions, each of one partition, as many as fit into a transaction. A group that names a row which is
 * not there changes nothing: somebody has done its work, or the row was purged. It does not hold the others: they are
 * submitted one by one then, many at once, as whoever goes on after a crash finds most of them done.
 */
export async function submitInTransactions(
  table: TableClient,
  groups: readonly (readonly TransactionAction[])[],
): Promise<void> {
  const partitions = Map.groupBy(groups, ([action]) => action?.[1].partitionKey);
  for (const ofPartition of partitions.values()) {
    for (const chunk of toChunks(ofPartition)) {
      if (await tryTransaction(table, chunk.flat())) continue;
      await mapConcurrently(chunk, rowsAtOnce, (group) => tryTransaction(table, group));
    }
  }
}

function toChunks<Action>(groups: readonly (readonly Action[])[]): (readonly Action[])[][] {
  const chunks: (readonly Action[])[][] = [];
  let actions = maxActions;
  let bytes = 0;
  for (const group of groups) {
    const groupBytes = Buffer.byteLength(JSON.stringify(group));
    if (actions + group.length > maxActions || bytes + groupBytes > maxTransactionBytes) {
      chunks.push([]);
      actions = 0;
      bytes = 0;
    }
    chunks.at(-1)?.push(group);
    actions += group.length;
    bytes += groupBytes;
  }
  return chunks;
}

/** False if a row is not there, in which case nothing has changed. */
async function tryTransaction(table: TableClient, actions: readonly TransactionAction[]): Promise<boolean> {
  try {
    await table.submitTransaction([...actions]);
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}

/** So many rows are read or written at once. */
export const rowsAtOnce = 32;
