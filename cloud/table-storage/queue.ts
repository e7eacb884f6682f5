import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { ManifestLine } from '../../medallion/files/manifest.ts';
import type { FileAccount } from '../../medallion/files/report.ts';
import type { Settlement } from '../../medallion/ports/world.ts';
import { fileFrom, fileKey, pendingKey, withPrefix } from './entities.ts';
import { find, inTransactions, isStatus } from './table.ts';

export async function pending(table: TableClient, most: number): Promise<RegisteredFile[]> {
  const waiting: RegisteredFile[] = [];
  for await (const entity of table.listEntities({ queryOptions: { filter: withPrefix('pending') } })) {
    waiting.push(fileFrom(entity));
  }
  return waiting.sort((a, b) => pendingKey(a).localeCompare(pendingKey(b))).slice(0, most);
}

export async function countPending(table: TableClient): Promise<number> {
  let count = 0;
  const queryOptions = { filter: withPrefix('pending'), select: ['RowKey'] };
  for await (const _ of table.listEntities({ queryOptions })) count++;
  return count;
}

/** Takes files out of the queue into a batch, or to another end. Files that have left the queue already stay as they are. */
export async function leave(
  table: TableClient,
  files: readonly { readonly file: string; readonly dataset: string }[],
  change: Record<string, unknown>,
): Promise<void> {
  const waiting = new Map((await pending(table, Number.POSITIVE_INFINITY)).map((row) => [row.file, row]));
  const actions = files.flatMap(({ file }): TransactionAction[] => {
    const row = waiting.get(file);
    if (!row) return [];
    const key = { partitionKey: row.dataset, rowKey: fileKey(file) };
    return [
      ['delete', { partitionKey: row.dataset, rowKey: pendingKey(row) }],
      ['update', { ...key, ...change }, 'Merge'],
    ];
  });
  await inTransactions(table, actions);
}

const replaced = 'A newer content of the same path has taken its place.';

/** Writes down how the files of a batch ended. */
export async function settle(
  table: TableClient,
  lines: readonly ManifestLine[],
  accounts: ReadonlyMap<string, FileAccount>,
  end: Settlement,
): Promise<void> {
  const actions = lines.flatMap((line): TransactionAction[] => {
    const keyOf = (file: string) => ({ partitionKey: line.dataset, rowKey: fileKey(file) });
    const account = accounts.get(line.file);
    const own: TransactionAction = ['update', { ...keyOf(line.file), ...endOf(account, end) }, 'Merge'];
    const isReplaced = line.replaces && line.replaces !== line.file && account?.outcome === 'loaded';
    // The lines of the content before are gone with it, so nobody needs to look at them any more.
    return isReplaced ? [own, ['update', { ...keyOf(line.replaces ?? ''), discarded: replaced }, 'Merge']] : [own];
  });
  await inTransactions(table, actions);
}

function endOf(account: FileAccount | undefined, { fate, because, passed, release }: Settlement) {
  if (account?.outcome === 'superseded') {
    return { fate: 'superseded', because: account.because ?? 'A newer content has taken its place.' };
  }
  const { lines, blank, accepted, quarantined, problems = {} } = account ?? {};
  const counts = account
    ? { lines, blank, accepted, quarantined, problems: JSON.stringify(problems), discarded: '' }
    : {};
  // A merge leaves out nothing that is named: an old reason is emptied, not kept beside a new fate.
  return { fate, because: because ?? '', ...(release ? { release } : {}), ...passed, ...counts };
}

export async function ring(table: TableClient): Promise<boolean> {
  try {
    await table.createEntity({ partitionKey: '_pipeline', rowKey: 'doorbell' });
    return true;
  } catch (error) {
    if (isStatus(error, 409)) return false;
    throw error;
  }
}

export async function silence(table: TableClient): Promise<void> {
  if (await find(table, '_pipeline', 'doorbell')) await table.deleteEntity('_pipeline', 'doorbell');
}
