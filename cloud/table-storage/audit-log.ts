import { createHash } from 'node:crypto';
import type { TableClient, TransactionAction } from '@azure/data-tables';
import { AuditEntry } from '../../medallion/audit/audit-entry.ts';
import type { AuditLog } from '../../medallion/ports/audit-log.ts';
import { countdown, hasPrefix } from './keys.ts';
import { createRecordReader, toRecordColumns } from './records.ts';
import { isStatus, readPage, submitInTransactions } from './table.ts';

/**
 * Each entry twice, in one transaction, newest first:
 *   <countdown>:<entry>                  among all; these keys alone begin with a digit
 *   target:<hash>:<countdown>:<entry>    among those of its target
 */
const partition = '_audit';
const toEntry = createRecordReader(AuditEntry);
const deletedAtOnce = 1000;

export function createAuditLog(getTable: () => Promise<TableClient>): AuditLog {
  const record = async (entry: AuditEntry) => {
    const columns = toRecordColumns(entry);
    const actions = toKeys(entry).map((key): TransactionAction => ['create', { ...key, ...columns }]);
    await (await getTable()).submitTransaction(actions);
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
    deleteBefore: async (time) => {
      const table = await getTable();
      const conditions = [`RowKey gt '${countdown(time)};' and RowKey lt 'a'`];
      const { rows } = await readPage(table, { partition, conditions, toItem: toEntry, max: deletedAtOnce });
      const deletions = rows.map((entry) => toKeys(entry).map((key): TransactionAction => ['delete', key]));
      await submitInTransactions(table, deletions);
    },
  };
}

function toKeys(entry: AuditEntry): { readonly partitionKey: string; readonly rowKey: string }[] {
  const key = `${countdown(new Date(entry.at))}:${entry.entry}`;
  return [key, `${toPrefix(entry.target)}:${key}`].map((rowKey) => ({ partitionKey: partition, rowKey }));
}

/** A target may be any text, and a key may not. */
const toPrefix = (target: string) => `target:${createHash('sha256').update(target).digest('hex').slice(0, 32)}`;
