import { type AzureNamedKeyCredential, RestError, TableClient, type TransactionAction } from '@azure/data-tables';
import type { ManagedIdentityCredential } from '@azure/identity';
import type { Environment } from '../../environments/environment.ts';
import type { Page } from '../../medallion/world.ts';

/** The registry's table, which is made on the first use of an empty account. */
export function openTable(
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
  const pages = table
    .listEntities<Record<string, unknown>>({ queryOptions: { filter } })
    .byPage({ maxPageSize: most, ...(after ? { continuationToken: after } : {}) });
  const first = await pages.next();
  if (first.done) return { rows: [] };
  const next = (first.value as { continuationToken?: string }).continuationToken;
  return { rows: first.value.map(read), ...(next ? { next } : {}) };
}

/** The service takes at most a hundred actions of one partition at a time. */
export async function inTransactions(table: TableClient, actions: readonly TransactionAction[]): Promise<void> {
  const partitions = Map.groupBy(actions, ([, entity]) => entity.partitionKey);
  for (const ofOne of partitions.values()) {
    for (let at = 0; at < ofOne.length; at += 100) await table.submitTransaction(ofOne.slice(at, at + 100));
  }
}
