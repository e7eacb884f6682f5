import type { TableClient } from '@azure/data-tables';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { StateRows } from '../../medallion/ports/state-rows.ts';
import { findRow, isStatus, maxPageSize, type Row, readServicePage, rowsAtOnce } from './table.ts';

const opened = { partitionKey: '_table', rowKey: 'opened' } as const;
/** What the service adds to each row. */
const added = new Set(['etag', 'timestamp', 'odata.metadata']);

export const createStateRows = (getTable: () => Promise<TableClient>): StateRows => ({
  list: async (after) => list(await getTable(), after),
  insertMissing: async (rows) => insertMissing(await getTable(), rows),
  isOpened: async () => (await findRow(await getTable(), opened.partitionKey, opened.rowKey)) !== undefined,
  open: async () => {
    await (await getTable()).upsertEntity(opened, 'Replace');
  },
});

/** The row that says the table is in use belongs to the table, not to what it holds. */
async function list(table: TableClient, after: string | undefined) {
  const page = await readServicePage(table.listEntities<Row>(), maxPageSize, after);
  return { ...page, rows: page.rows.filter(({ partitionKey }) => partitionKey !== opened.partitionKey).map(toLine) };
}

function toLine(row: Row): string {
  const columns = Object.entries(row).filter(([name]) => !added.has(name));
  const unknown = columns.find(([, value]) => !['boolean', 'number', 'string'].includes(typeof value));
  if (unknown) throw new Error(`Column '${unknown[0]}' of a row is of a type that a backup cannot keep.`);
  return JSON.stringify(Object.fromEntries(columns));
}

async function insertMissing(table: TableClient, rows: readonly string[]): Promise<number> {
  const isNew = await mapConcurrently(rows, rowsAtOnce, (row) => insert(table, row));
  return isNew.filter(Boolean).length;
}

/** False if the key is taken: somebody has written the row since, or inserts the same backup. */
async function insert(table: TableClient, line: string): Promise<boolean> {
  try {
    await table.createEntity(JSON.parse(line) as { partitionKey: string; rowKey: string });
    return true;
  } catch (error) {
    if (isStatus(error, 409)) return false;
    throw error;
  }
}
