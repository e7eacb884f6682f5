import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { Queue } from '../../medallion/ports/queue.ts';
import { toFile } from './file-rows.ts';
import { fileKey, freshKey, hasPrefix, pendingKey, type QueuePlace } from './keys.ts';
import { findRow, isStatus, iterateRows, readRows } from './table.ts';

const wakeUpFlag = { partitionKey: '_pipeline', rowKey: 'wake-up' };

export const createQueue = (getTable: () => Promise<TableClient>, datasets: readonly string[]): Queue => ({
  next: async (max) => {
    const table = await getTable();
    const ends = datasets.flatMap((partition) =>
      ['pending', 'fresh'].map((end) =>
        readRows(table, { partition, conditions: [hasPrefix(end)], toItem: toFile, max }),
      ),
    );
    const files = new Map((await Promise.all(ends)).flat().map((file) => [file.file, file]));
    return [...files.values()].sort((a, b) => (pendingKey(a) < pendingKey(b) ? -1 : 1));
  },
  count: async () => {
    const table = await getTable();
    const counts = await Promise.all(datasets.map((dataset) => countPending(table, dataset)));
    return counts.reduce((sum, count) => sum + count, 0);
  },
  markLoading: async (lines) => {
    // Only files that were chosen from the queue tell when they were registered.
    const queued = lines.flatMap(({ registeredAt, sequence, ...line }) =>
      registeredAt && sequence ? [{ ...line, sequence }] : [],
    );
    await dequeue(await getTable(), queued, { status: 'loading', batch: lines[0]?.batch });
  },
  requestWakeUp: async () => {
    try {
      await (await getTable()).createEntity(wakeUpFlag);
      return true;
    } catch (error) {
      if (isStatus(error, 409)) return false;
      throw error;
    }
  },
  clearWakeUp: async () => {
    const table = await getTable();
    const { partitionKey, rowKey } = wakeUpFlag;
    if (await findRow(table, partitionKey, rowKey)) await table.deleteEntity(partitionKey, rowKey);
  },
});

async function countPending(table: TableClient, dataset: string): Promise<number> {
  let count = 0;
  for await (const _ of iterateRows(table, dataset, [hasPrefix('pending')])) count++;
  return count;
}

type QueuedFile = QueuePlace & Pick<RegisteredFile, 'dataset'>;

/** Three actions a file, of the hundred that one transaction takes. */
const filesPerTransaction = 33;

/** Takes files out of the queue. Files that have left it already stay as they are. */
async function dequeue(table: TableClient, files: readonly QueuedFile[], change: Record<string, unknown>) {
  const toActions = (file: QueuedFile): TransactionAction[] => [
    ['delete', { partitionKey: file.dataset, rowKey: pendingKey(file) }],
    ['delete', { partitionKey: file.dataset, rowKey: freshKey(file) }],
    ['update', { partitionKey: file.dataset, rowKey: fileKey(file.file), ...change }, 'Merge'],
  ];
  for (const ofDataset of Map.groupBy(files, ({ dataset }) => dataset).values()) {
    for (let start = 0; start < ofDataset.length; start += filesPerTransaction) {
      const chunk = ofDataset.slice(start, start + filesPerTransaction);
      if (await tryTransaction(table, chunk.flatMap(toActions))) continue;
      for (const file of chunk) await tryTransaction(table, toActions(file));
    }
  }
}

/** False if a row is not there, in which case nothing has changed. */
async function tryTransaction(table: TableClient, actions: TransactionAction[]): Promise<boolean> {
  try {
    await table.submitTransaction(actions);
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}
