import type { TransactionAction } from '@azure/data-tables';
import { toFileRow } from '../../cloud/table-storage/file-rows.ts';
import { createState } from '../../cloud/table-storage/index.ts';
import { latestKey } from '../../cloud/table-storage/keys.ts';
import { toPathRow } from '../../cloud/table-storage/path-rows.ts';
import { createStrictTable, type StrictTable } from '../../emulators/table-storage/strict-table.ts';
import { type RegisteredFile, toFileId } from '../../medallion/files/file.ts';
import type { StatePorts } from '../../medallion/ports/index.ts';

export const datasets = Array.from({ length: 10 }, (_, index) => `dataset_${index}`);

/** What the registry keeps of a file that has ended: the file, its path, and its place among the newest. */
const rowsPerFile = 3;
const filesPerTransaction = 33;

export interface Registry {
  readonly state: StatePorts;
  readonly table: StrictTable;
  readonly files: number;
}

/** A table in memory with so many rows of files that were published, a second apart, in all datasets. */
export async function createRegistry(rows: number): Promise<Registry> {
  const table = createStrictTable();
  const files = Math.floor(rows / rowsPerFile);
  for (const [place, dataset] of datasets.entries()) {
    for (let start = place; start < files; start += datasets.length * filesPerTransaction) {
      const actions: TransactionAction[] = [];
      for (let part = 0; part < filesPerTransaction; part++) {
        const index = start + part * datasets.length;
        if (index < files) actions.push(...createRows(createFile(dataset, index)));
      }
      await table.client.submitTransaction(actions);
    }
  }
  const landing = datasets.map((dataset) => ({ dataset }));
  return { state: createState(async () => table.client, landing), table, files };
}

const createRows = (file: RegisteredFile): TransactionAction[] => [
  ['create', toFileRow(file)],
  ['create', toPathRow(file, true)],
  ['create', { partitionKey: file.dataset, rowKey: latestKey(file), file: file.file }],
];

const second = 1000;

/** The how-manieth file of all. Every tenth is of the same dataset. */
export function createFile(dataset: string, index: number): RegisteredFile {
  const path = `${dataset}/2026/01/part-${String(index).padStart(8, '0')}.csv`;
  const etag = `0x${index.toString(16)}`;
  const at = new Date(Date.UTC(2026, 0, 1) + index * second).toISOString();
  return {
    path,
    etag,
    length: 1000,
    lastModified: at,
    file: toFileId({ path, etag }),
    dataset,
    status: 'published',
    registeredAt: at,
    sequence: 1,
    batch: '20260101T000000000Z-01234567',
    release: 'r-1',
    lines: 10,
    accepted: 10,
    quarantinedLines: 0,
    publishedAt: at,
  };
}
