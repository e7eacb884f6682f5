import type { TableClient } from '@azure/data-tables';
import type { Releases } from '../../medallion/ports/releases.ts';
import { CurrentRelease } from '../../medallion/releases/release.ts';
import { runsPartition } from './runs.ts';
import { findRow } from './table.ts';

const currentRow = { partitionKey: runsPartition, rowKey: 'current' };

export const createReleases = (getTable: () => Promise<TableClient>): Releases => ({
  getCurrent: async () => {
    const row = await findRow(await getTable(), currentRow.partitionKey, currentRow.rowKey);
    return row && CurrentRelease.parse(row);
  },
  setCurrent: async (current) => {
    await (await getTable()).upsertEntity({ ...currentRow, ...current }, 'Replace');
  },
});
