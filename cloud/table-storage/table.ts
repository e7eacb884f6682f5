import { type AzureNamedKeyCredential, RestError, TableClient, type TransactionAction } from '@azure/data-tables';
import type { ManagedIdentityCredential } from '@azure/identity';
import type { Environment } from '../../environments/environment.ts';
import type { Page } from '../../medallion/page.ts';
import { UnknownMarkError } from '../../medallion/ports/desk.ts';
import type { Credentials } from '../credentials.ts';

/** The registry's table, which is made on first use, and again tried for when that failed. */
export function tableIn(
  environment: Pick<Environment, 'registry'>,
  { registry: credential }: Pick<Credentials, 'registry'>,
): () => Promise<TableClient> {
  const opened = open(environment, credential);
  let making: Promise<void> | undefined;
  return async () => {
    making ??= opened.createTable();
    await making.catch((error: unknown) => {
      making = undefined;
      throw error;
    });
    return opened;
  };
}

function open(
  { registry }: Pick<Environment, 'registry'>,
  credential: AzureNamedKeyCredential | ManagedIdentityCredential,
): TableClient {
  const options = { allowInsecureConnection: registry.account.startsWith('http://127.0.0.1') };
  // The two kinds of credential meet two overloads, which a union satisfies neither of.
  return 'getToken' in credential
    ? new TableClient(registry.account, registry.table, credential, options)
    : new TableClient(registry.account, registry.table, credential, options);
}

export const isStatus = (error: unknown, status: number): error is RestError =>
  error instanceof RestError && error.statusCode === status;

export async function find(table: TableClient, partition: string, row: string) {
  try {
    return await table.getEntity<Record<string, unknown>>(partition, row);
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/** Reads one page of a query. The mark of the next page is opaque to callers. */
export async function page<Row>(
  table: TableClient,
  filter: string,
  read: (entity: Record<string, unknown>) => Row,
  { most, after }: { most: number; after?: string | undefined },
): Promise<Page<Row>> {
  if (after !== undefined && !isMark(after)) throw new UnknownMarkError();
  const pages = table
    .listEntities<Record<string, unknown>>({ queryOptions: { filter } })
    .byPage({ maxPageSize: most, ...(after ? { continuationToken: after } : {}) });
  const first = await pages.next();
  if (first.done) return { rows: [] };
  const next = (first.value as { continuationToken?: string }).continuationToken;
  return { rows: first.value.map(read), ...(next ? { next } : {}) };
}

/** The client's own marks are JSON in base64, and it trusts whatever it is given. */
function isMark(text: string): boolean {
  try {
    const mark = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as Record<string, unknown> | null;
    const keys = Object.entries(mark ?? {});
    // The keys become headers and query values of the next request.
    const isKey = ([name, value]: [string, unknown]) =>
      ['nextPartitionKey', 'nextRowKey'].includes(name) && /^[\x21-\x7e]{0,2000}$/.test(String(value ?? ''));
    return keys.length > 0 && keys.every(isKey);
  } catch {
    return false;
  }
}

/** Sorts what is newer first: keys are read in order, so time counts down in them. */
export const countdown = (time: Date): string => String(9e15 - time.getTime()).padStart(16, '0');

/** The service takes at most a hundred actions of one partition at a time. */
export async function inTransactions(table: TableClient, actions: readonly TransactionAction[]): Promise<void> {
  const partitions = Map.groupBy(actions, ([, entity]) => entity.partitionKey);
  for (const ofOne of partitions.values()) {
    for (let at = 0; at < ofOne.length; at += 100) await table.submitTransaction(ofOne.slice(at, at + 100));
  }
}
