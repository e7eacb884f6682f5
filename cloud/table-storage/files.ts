import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { IntakeRules } from '../../medallion/files/intake.ts';
import type { ManifestLine } from '../../medallion/files/manifest.ts';
import { type Page, UnknownPageTokenError } from '../../medallion/page.ts';
import type { FileFilter, Files, QuarantineFilter } from '../../medallion/ports/files.ts';
import { maxReasonLength, shorten } from '../../medallion/texts.ts';
import { createAttentionActions, findMarkedFile } from './attention-rows.ts';
import { exclude, readmit, requeue } from './decided-files.ts';
import { toFile } from './file-rows.ts';
import { finalize } from './finalize-files.ts';
import { fileKey, hasPrefix, noDataset, quote } from './keys.ts';
import { readRange } from './ranges.ts';
import { createRegistrar } from './register-file.ts';
import { findRow, type Row, readRows, submitInTransactions } from './table.ts';

export function createFiles(
  getTable: () => Promise<TableClient>,
  landing: readonly IntakeRules[],
  now: () => Date = () => new Date(),
): Files {
  const datasets = landing.map(({ dataset }) => dataset);
  const get = async (dataset: string, id: string) => {
    const row = await findRow(await getTable(), dataset, fileKey(id));
    return row && toFile(row);
  };
  return {
    register: createRegistrar(getTable, landing, now),
    get,
    findById: async (id) => {
      const files = await Promise.all([...datasets, noDataset].map((dataset) => get(dataset, id)));
      return files.find((file) => file !== undefined);
    },
    list: async (filter, max, after) => list(await getTable(), datasets, filter, max, after),
    listNewest: async (wanted, max, after) => listNewest(await getTable(), wanted, max, after),
    listQuarantined: async (filter, max, after) => listQuarantined(await getTable(), datasets, filter, max, after),
    markReloading: async (lines) => markReloading(await getTable(), lines),
    finalize: async (lines, accounts, outcome) => finalize(await getTable(), lines, accounts, outcome),
    dismissQuarantine: async ({ dataset, file }, reason) => {
      const table = await getTable();
      const row = { partitionKey: dataset, rowKey: fileKey(file), dismissed: shorten(reason, maxReasonLength) };
      const marks = await createAttentionActions(table, { dataset, file }, 'dismissed');
      await table.submitTransaction([['update', row, 'Merge'], ...marks]);
    },
    exclude: async (file, reason) => exclude(await getTable(), file, reason),
    requeue: async (file) => requeue(await getTable(), file),
    requeueIncluded: async (file) => requeue(await getTable(), file, true),
    readmit: async (file, reason) => readmit(await getTable(), file, reason),
  };
}

const listPartitions = (datasets: readonly string[], dataset: string | undefined) =>
  dataset === undefined ? [...datasets, noDataset] : [dataset];

async function list(
  table: TableClient,
  datasets: readonly string[],
  { dataset, ...columns }: FileFilter,
  max: number,
  after?: string,
): Promise<Page<RegisteredFile>> {
  const wanted = Object.entries(columns).filter(([, value]) => value !== undefined);
  const partitions = listPartitions(datasets, dataset ?? findDatasetFolder(datasets, columns.path));
  const getValue = (row: Row, name: string) => (name === 'status' && row['excluded'] ? 'excluded' : row[name]);
  const isWanted = (row: Row) => wanted.every(([name, value]) => getValue(row, name) === value);
  const toItem = (row: Row) => (isWanted(row) ? toFile(row) : undefined);
  // What waits has rows of its own, so it is found among any number of files.
  const prefix = columns.status === 'pending' ? 'pending' : 'file';
  return readRange(table, { partitions, prefix, toItem, max, after });
}

/** A path says where its contents are registered. */
function findDatasetFolder(datasets: readonly string[], path: string | undefined): string | undefined {
  const folder = path?.split('/')[0] ?? '';
  return datasets.includes(folder) ? folder : undefined;
}

async function listQuarantined(
  table: TableClient,
  datasets: readonly string[],
  { dataset, dismissed }: QuarantineFilter,
  max: number,
  after?: string,
): Promise<Page<RegisteredFile>> {
  const toItem = async (row: Row) => {
    const file = await findMarkedFile(table, row);
    return file && toFile(file);
  };
  const partitions = listPartitions(datasets, dataset);
  return readRange(table, { partitions, prefix: dismissed ? 'dismissed' : 'attention', toItem, max, after });
}

const newestToken = /^latest:\d{16}:[0-9a-f]{32}$/;

/** Newest first over all partitions: each gives its newest, and the newest of those is the page. */
async function listNewest(
  table: TableClient,
  datasets: readonly string[],
  max: number,
  after?: string,
): Promise<Page<RegisteredFile>> {
  if (after !== undefined && !newestToken.test(after)) throw new UnknownPageTokenError();
  const conditions = [after === undefined ? hasPrefix('latest') : `RowKey gt ${quote(after)} and RowKey lt 'latest;'`];
  const newest = await Promise.all(
    [...datasets, noDataset].map((partition) =>
      readRows(table, { partition, conditions, toItem: toPointer, max: max + 1 }),
    ),
  );
  const pointers = newest.flat().sort((a, b) => (a.key < b.key ? -1 : 1));
  const fileRows = await Promise.all(
    pointers.slice(0, max).map(({ dataset, file }) => findRow(table, dataset, fileKey(file))),
  );
  const last = pointers.length > max ? pointers[max - 1]?.key : undefined;
  return { rows: fileRows.flatMap((row) => (row ? [toFile(row)] : [])), ...(last ? { next: last } : {}) };
}

const toPointer = (row: Row) => ({
  key: String(row['rowKey']),
  dataset: String(row['partitionKey']),
  file: String(row['file']),
});

async function markReloading(table: TableClient, lines: readonly ManifestLine[]): Promise<void> {
  const groups = lines.map(({ batch, dataset, file }): TransactionAction[] => {
    const change = { status: 'loading', reason: '', dismissed: '', batch };
    return [['update', { partitionKey: dataset, rowKey: fileKey(file), ...change }, 'Merge']];
  });
  await submitInTransactions(table, groups);
}
