import type { TableClient } from '@azure/data-tables';
import type { Releases } from '../../medallion/ports/releases.ts';
import { PublishedState } from '../../medallion/releases/release.ts';
import { createRecordReader, toRecordColumns } from './records.ts';
import { runsPartition } from './runs.ts';
import { findRow, findWritten, isStatus } from './table.ts';

const place = { partitionKey: runsPartition, rowKey: 'current' };
const toState = createRecordReader(PublishedState);

export const createReleases = (getTable: () => Promise<TableClient>): Releases => ({
  get: async () => {
    const row = await findRow(await getTable(), place.partitionKey, place.rowKey);
    return row && { state: toState(row), etag: String(row['etag']) };
  },
  replace: async (before, state) => {
    const table = await getTable();
    const row = { ...place, ...toRecordColumns(state) };
    try {
      const written = await (before === undefined
        ? table.createEntity(row)
        : table.updateEntity(row, 'Replace', { etag: before }));
      return written.etag;
    } catch (error) {
      if (!isStatus(error, before === undefined ? 409 : 412)) throw error;
      return (await findWritten(table, row))?.etag;
    }
  },
});
