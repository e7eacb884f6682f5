import type { TableClient } from '@azure/data-tables';
import { AuditEntry } from '../../medallion/audit/audit-entry.ts';
import type { AuditLog } from '../../medallion/ports/audit-log.ts';
import { countdown, quote } from './keys.ts';
import { createRecordReader, readPage } from './table.ts';

const partition = '_audit';
const toEntry = createRecordReader(AuditEntry);

export const createAuditLog = (getTable: () => Promise<TableClient>): AuditLog => ({
  record: async (entry) => {
    const rowKey = `${countdown(new Date(entry.at))}:${entry.entry}`;
    const row = { partitionKey: partition, rowKey, target: entry.target, record: JSON.stringify(entry) };
    await (await getTable()).createEntity(row);
  },
  list: async ({ target }, max, after) => {
    const conditions = target === undefined ? [] : [`target eq ${quote(target)}`];
    return readPage(await getTable(), { partition, conditions, toItem: toEntry, max, after });
  },
});
