import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { ManifestLine } from '../../medallion/files/manifest.ts';
import type { Page } from '../../medallion/page.ts';
import { UnknownMarkError } from '../../medallion/ports/desk.ts';
import { fileFrom, fileKey, literal, noDataset, withPrefix } from './entities.ts';
import { find, inTransactions, page } from './table.ts';

const markShape = /^latest:\d{16}:[0-9a-f]{32}$/;

/** Newest first over all partitions: each gives its newest, and the newest of those is the page. */
export async function latest(
  table: TableClient,
  datasets: readonly string[],
  most: number,
  after?: string,
): Promise<Page<RegisteredFile>> {
  if (after !== undefined && !markShape.test(after)) throw new UnknownMarkError();
  const behind = after === undefined ? withPrefix('latest') : `RowKey gt ${literal(after)} and RowKey lt 'latest;'`;
  const newest = await Promise.all(
    [...datasets, noDataset].map((dataset) =>
      page(table, `PartitionKey eq ${literal(dataset)} and ${behind}`, pointerFrom, { most: most + 1 }),
    ),
  );
  const pointers = newest.flatMap(({ rows }) => rows).sort((a, b) => (a.key < b.key ? -1 : 1));
  const found = await Promise.all(
    pointers.slice(0, most).map(({ dataset, file }) => find(table, dataset, fileKey(file))),
  );
  const rows = found.flatMap((entity) => (entity ? [fileFrom(entity)] : []));
  const last = pointers.length > most ? pointers[most - 1]?.key : undefined;
  return { rows, ...(last ? { next: last } : {}) };
}

const pointerFrom = (entity: Record<string, unknown>) => ({
  key: String(entity['rowKey']),
  dataset: String(entity['partitionKey']),
  file: String(entity['file']),
});

export async function reload(table: TableClient, lines: readonly ManifestLine[]): Promise<void> {
  const actions = lines.map(({ batch, dataset, file }): TransactionAction => {
    const change = { fate: 'loading', because: '', discarded: '', batch };
    return ['update', { partitionKey: dataset, rowKey: fileKey(file), ...change }, 'Merge'];
  });
  await inTransactions(table, actions);
}

export function quarantined(
  table: TableClient,
  { dataset, discarded }: { readonly dataset?: string; readonly discarded: boolean },
  most: number,
  after?: string,
): Promise<Page<RegisteredFile>> {
  const where = [
    withPrefix('file'),
    'quarantined gt 0',
    ...(dataset ? [`PartitionKey eq ${literal(dataset)}`] : []),
    discarded ? "discarded gt ''" : "discarded eq ''",
  ];
  return page(table, where.join(' and '), fileFrom, { most, after });
}

export async function discard(table: TableClient, { dataset, file }: RegisteredFile, because: string): Promise<void> {
  await table.updateEntity({ partitionKey: dataset, rowKey: fileKey(file), discarded: because }, 'Merge');
}
