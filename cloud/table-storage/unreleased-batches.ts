import type { TableClient } from '@azure/data-tables';
import { BatchId } from '../../medallion/files/manifest.ts';
import type { OpenBatch } from '../../medallion/ports/world.ts';
import { inTransactions } from './table.ts';

/** Batches that are in no release yet: few, so that nobody has to look through all that ever were. */
const partition = '_open';

export async function openBatches(table: TableClient): Promise<OpenBatch[]> {
  const open: OpenBatch[] = [];
  const entities = table.listEntities<Record<string, unknown>>({
    queryOptions: { filter: `PartitionKey eq '${partition}'` },
  });
  for await (const { datasets, files, rowKey, versions } of entities) {
    const known = typeof versions === 'string' ? { versions: JSON.parse(versions) } : {};
    const told = JSON.parse(String(datasets)) as string[];
    open.push({ batch: BatchId.parse(rowKey), files: Number(files), datasets: told, ...known });
  }
  return open;
}

export async function saveOpen(table: TableClient, { batch, datasets, files, versions }: OpenBatch): Promise<void> {
  const known = versions === undefined ? {} : { versions: JSON.stringify(versions) };
  const row = { partitionKey: partition, rowKey: batch, files, datasets: JSON.stringify(datasets), ...known };
  await table.upsertEntity(row, 'Merge');
}

export async function closeBatches(table: TableClient, batches: readonly BatchId[]): Promise<void> {
  const wanted = new Set<string>(batches);
  const open = (await openBatches(table)).filter(({ batch }) => wanted.has(batch));
  await inTransactions(
    table,
    open.map(({ batch }) => ['delete', { partitionKey: partition, rowKey: batch }]),
  );
}
