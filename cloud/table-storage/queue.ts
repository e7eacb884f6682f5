import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import { shareOut } from '../../medallion/files/queue.ts';
import type { Queue } from '../../medallion/ports/queue.ts';
import { toFile } from './file-rows.ts';
import { fileKey, freshKey, hasPrefix, pendingKey, type QueuePlace, removalKey } from './keys.ts';
import { findRow, isStatus, readRows, submitInTransactions } from './table.ts';

/** Nobody needs to know exactly how many wait when they are so many. */
const maxCounted = 1000;

const wakeUpFlag = { partitionKey: '_pipeline', rowKey: 'wake-up' };

export const createQueue = (getTable: () => Promise<TableClient>, datasets: readonly string[]): Queue => ({
  next: async (max) => {
    const table = await getTable();
    const removals = await listRemovals(table, datasets, max);
    const pending = await shareOut(datasets, max, (dataset, count) => readEnds(table, dataset, count));
    return [...removals, ...pending].slice(0, max);
  },
  listRemovals: async (max) => listRemovals(await getTable(), datasets, max),
  count: async (wanted) => {
    const table = await getTable();
    const partitions = wanted === undefined ? datasets : [wanted];
    const counts = await Promise.all(
      partitions.flatMap((dataset) => ['pending', 'removal'].map((prefix) => countWaiting(table, dataset, prefix))),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  },
  markLoading: async (lines) => {
    const table = await getTable();
    // Only files that were chosen from the queue tell when they were registered.
    const queued = lines.flatMap(({ action, registeredAt, sequence, ...line }) =>
      registeredAt && sequence && action === undefined ? [{ ...line, sequence }] : [],
    );
    await dequeue(table, queued, { status: 'loading', batch: lines[0]?.batch });
    const removals = lines.filter(({ action }) => action === 'remove');
    await submitInTransactions(
      table,
      removals.map(({ dataset, file }) => [['delete', { partitionKey: dataset, rowKey: removalKey(file) }]]),
    );
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

/** Excluded files of all datasets whose rows wait for their removal. */
async function listRemovals(table: TableClient, datasets: readonly string[], max: number): Promise<RegisteredFile[]> {
  const conditions = [hasPrefix('removal')];
  const removals = await Promise.all(
    datasets.map((partition) => readRows(table, { partition, conditions, toItem: toFile, max })),
  );
  return removals.flat().slice(0, max);
}

/** The oldest and the newest that wait, oldest first: who chooses among them needs no look at the rest. */
async function readEnds(table: TableClient, partition: string, max: number): Promise<RegisteredFile[]> {
  const ends = ['pending', 'fresh'].map((end) =>
    readRows(table, { partition, conditions: [hasPrefix(end)], toItem: toFile, max }),
  );
  const files = new Map((await Promise.all(ends)).flat().map((file) => [file.file, file]));
  return [...files.values()].sort((a, b) => (pendingKey(a) < pendingKey(b) ? -1 : 1));
}

async function countWaiting(table: TableClient, partition: string, prefix: string): Promise<number> {
  const conditions = [hasPrefix(prefix)];
  return (await readRows(table, { partition, conditions, toItem: () => true, max: maxCounted })).length;
}

type QueuedFile = QueuePlace & Pick<RegisteredFile, 'dataset'>;

/** Takes files out of the queue. Files that have left it already stay as they are. */
async function dequeue(table: TableClient, files: readonly QueuedFile[], change: Record<string, unknown>) {
  const groups = files.map((file): TransactionAction[] => [
    ['delete', { partitionKey: file.dataset, rowKey: pendingKey(file) }],
    ['delete', { partitionKey: file.dataset, rowKey: freshKey(file) }],
    ['update', { partitionKey: file.dataset, rowKey: fileKey(file.file), ...change }, 'Merge'],
  ]);
  await submitInTransactions(table, groups);
}
