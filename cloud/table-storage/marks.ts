import type { TableClient } from '@azure/data-tables';
import type { Marks } from '../../medallion/ports/marks.ts';
import { findRow, submitInTransactions } from './table.ts';

const partition = '_marks';

export const createMarks = (getTable: () => Promise<TableClient>): Marks => ({
  find: async (name) => {
    const row = await findRow(await getTable(), partition, name);
    return row && String(row['place']);
  },
  set: async (name, place) => {
    await (await getTable()).upsertEntity({ partitionKey: partition, rowKey: name, place }, 'Replace');
  },
  clear: async (name) => {
    await submitInTransactions(await getTable(), [[['delete', { partitionKey: partition, rowKey: name }]]]);
  },
});
