import { createHash } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import { AuditEntry } from '../../medallion/audit/audit-entry.ts';
import type { AuditLog } from '../../medallion/ports/audit-log.ts';
import { countdown, hasPrefix } from './keys.ts';
import { createRecordReader, toRecordColumns } from './records.ts';
import { isStatus, readPage } from './table.ts';

/**
 * Each entry twice, in one transaction, newest first:
 *   <countdown>:<entry>                  among all; these keys alone begin with a digit
 *   target:<hash>:<countdown>:<entry>    among those of its target
 */
const partition = '_audit';
const toEntry = createRecordReader(AuditEntry);

export function createAuditLog(getTable: () => Promise<TableClient>): AuditLog {
  const record = async (entry: AuditEntry) => {
    const key = `${countdown(new Date(entry.at))}:${entry.entry}`;
    const row = { partitionKey: partition, ...toRecordColumns(entry) };
    await (await getTable()).submitTransaction([
      ['create', { ...row, rowKey: key }],
      ['create', { ...row, rowKey: `${toPrefix(entry.target)}:${key}` }],
    ]);
  };
  return {
    record,
    recordOnce: async (entry) => {
      try {
        await record(entry);
      } catch (error) {
        if (!isStatus(error, 409)) throw error;
      }
    },
    list: async ({ target }, max, after) => {
      const conditions = [target === undefined ? "RowKey lt 'a'" : hasPrefix(toPrefix(target))];
      return readPage(await getTable(), { partition, conditions, toItem: toEntry, max, after });
    },
  };
}

/** A target may be any text, and a key may not. */
const toPrefix = (target: string) => `target:${createHash('sha256').update(target).digest('hex').slice(0, 32)}`;
