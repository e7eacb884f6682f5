import type { TableClient, TransactionAction } from '@azure/data-tables';
import { isQuarantined, type RegisteredFile } from '../../medallion/files/file.ts';
import type { IntakeRules } from '../../medallion/files/intake.ts';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { Page } from '../../medallion/page.ts';
import type { Archive } from '../../medallion/ports/archive.ts';
import { createAttentionActions } from './attention-rows.ts';
import { toFile } from './file-rows.ts';
import { countdown, fileKey, latestKey, noDataset, quote } from './keys.ts';
import { findRow, isStatus, type Row, readPage, rowsAtOnce, submitInTransactions } from './table.ts';

export function createArchive(getTable: () => Promise<TableClient>, landing: readonly IntakeRules[]): Archive {
  return {
    datasets: [...landing.map(({ dataset }) => dataset), noDataset],
    listOld: async (dataset, before, max, after) => listOld(await getTable(), dataset, before, max, after),
    purge: async (dataset, files) => purge(await getTable(), dataset, files),
  };
}

/** Keys count time down, so what is old stands at the end. */
async function listOld(
  table: TableClient,
  dataset: string,
  before: Date,
  max: number,
  after?: string,
): Promise<Page<RegisteredFile>> {
  const conditions = [`RowKey gt ${quote(`latest:${countdown(before)};`)} and RowKey lt 'latest;'`];
  const toItem = (row: Row) => String(row['file']);
  const { next, rows: ids } = await readPage(table, { partition: dataset, conditions, toItem, max, after });
  const rows = await mapConcurrently(ids, rowsAtOnce, (id) => findRow(table, dataset, fileKey(id)));
  return { rows: rows.flatMap((row) => (row ? [toFile(row)] : [])), ...(next ? { next } : {}) };
}

/** First the row of each file, if nothing has happened to it since; then what leads to those that are gone, by hundreds. */
async function purge(table: TableClient, dataset: string, files: readonly RegisteredFile[]): Promise<void> {
  const isGone = await mapConcurrently(files, rowsAtOnce, (file) => deleteUnchanged(table, dataset, file));
  const purged = files.filter((_, index) => isGone[index]);
  const groups = await mapConcurrently(purged, rowsAtOnce, async (file): Promise<TransactionAction[]> => {
    const marks = isQuarantined(file) ? await createAttentionActions(table, file, undefined) : [];
    return [['delete', { partitionKey: dataset, rowKey: latestKey(file) }], ...marks];
  });
  await submitInTransactions(table, groups);
}

/** False if the file has changed. One that is not there was deleted by a call that was stopped. */
async function deleteUnchanged(table: TableClient, dataset: string, file: RegisteredFile): Promise<boolean> {
  const row = await findRow(table, dataset, fileKey(file.file));
  if (!row) return true;
  if (JSON.stringify(toFile(row)) !== JSON.stringify(file)) return false;
  try {
    await table.deleteEntity(dataset, fileKey(file.file), { etag: String(row['etag']) });
    return true;
  } catch (error) {
    if (isStatus(error, 412)) return false;
    // A deletion whose answer was lost finds nothing when it is sent again.
    if (isStatus(error, 404)) return true;
    throw error;
  }
}
