import type { TableClient } from '@azure/data-tables';
import { BatchId } from '../../medallion/files/manifest.ts';
import type { UnreleasedBatch, UnreleasedBatches } from '../../medallion/ports/unreleased-batches.ts';
import { listRows, type Row, submitInTransactions } from './table.ts';

/** Batches that are in no release yet: few, so that nobody has to look through all that ever were. */
const partition = '_unreleased';

export function createUnreleasedBatches(getTable: () => Promise<TableClient>): UnreleasedBatches {
  const list = async () => (await listRows(await getTable(), partition)).map(toBatch);
  return {
    list,
    save: async ({ batch, datasets, files, removals }) => {
      const columns = removals === undefined ? {} : { removals };
      const row = { partitionKey: partition, rowKey: batch, files, datasets: JSON.stringify(datasets), ...columns };
      await (await getTable()).upsertEntity(row, 'Merge');
    },
    recordVersions: async (batch, versions) => {
      const row = { partitionKey: partition, rowKey: batch, versions: JSON.stringify(versions) };
      await submitInTransactions(await getTable(), [[['update', row, 'Merge']]]);
    },
    markTold: async (batches) => {
      const rows = batches.map((batch) => ({ partitionKey: partition, rowKey: batch, isTold: true }));
      await submitInTransactions(
        await getTable(),
        rows.map((row) => [['update', row, 'Merge']]),
      );
    },
    markReleased: async (batches) => {
      const released = new Set<string>(batches);
      const present = (await list()).filter(({ batch }) => released.has(batch));
      await submitInTransactions(
        await getTable(),
        present.map(({ batch }) => [['delete', { partitionKey: partition, rowKey: batch }]]),
      );
    },
  };
}

function toBatch({ datasets, files, isTold, removals, rowKey, versions }: Row): UnreleasedBatch {
  return {
    batch: BatchId.parse(rowKey),
    files: Number(files),
    datasets: JSON.parse(String(datasets)) as string[],
    ...(typeof versions === 'string' ? { versions: JSON.parse(versions) } : {}),
    ...(typeof removals === 'number' ? { removals } : {}),
    ...(typeof isTold === 'boolean' ? { isTold } : {}),
  };
}
