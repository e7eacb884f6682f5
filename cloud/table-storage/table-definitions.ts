import type { TableClient } from '@azure/data-tables';
import type { TableDefinitions } from '../../medallion/ports/table-definitions.ts';
import { findRow, listRows } from './table.ts';

const definitions = '_definitions';
const generations = '_generations';

export const createTableDefinitions = (getTable: () => Promise<TableClient>): TableDefinitions => ({
  get: async () => {
    const rows = await listRows(await getTable(), definitions);
    return Object.fromEntries(rows.map((row) => [String(row['rowKey']), String(row['definition'])]));
  },
  save: async (byTable) => {
    const table = await getTable();
    for (const [rowKey, definition] of Object.entries(byTable)) {
      await table.upsertEntity({ partitionKey: definitions, rowKey, definition }, 'Replace');
    }
  },
  getGeneration: async (layer) => {
    const row = await findRow(await getTable(), generations, layer);
    return row && String(row['generation']);
  },
  startGeneration: async (layer, generation) => {
    await (await getTable()).upsertEntity({ partitionKey: generations, rowKey: layer, generation }, 'Replace');
  },
});
