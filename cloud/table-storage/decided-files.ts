import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import { createAttentionActions } from './attention-rows.ts';
import { toExclusion, toFile, toFileRow } from './file-rows.ts';
import { fileKey, freshKey, pathKey, pendingKey, removalKey } from './keys.ts';
import { findRow, isStatus, type Row } from './table.ts';

const maxRaces = 20;
const replacedReason = 'A newer content of the same path has taken its place.';

interface Change {
  readonly own: Record<string, unknown>;
  readonly others: readonly TransactionAction[];
}

/** Excludes a file. What waits for a batch leaves the queue, and what a batch may have taken waits for its removal. */
export const exclude = (table: TableClient, excluded: RegisteredFile, reason: string): Promise<void> =>
  changeFile(table, excluded, async (file) => {
    const { dataset, status } = file;
    const keys = [pendingKey(file), freshKey(file)];
    const dequeued = await Promise.all(keys.map((key) => createDeletion(table, dataset, key)));
    const mayHaveRows = status === 'pending' || file.batch !== undefined || file.replaces !== undefined;
    const removal = toFileRow({ ...file, status: 'excluded', reason }, removalKey(file.file));
    return {
      own: toExclusion(reason),
      others: [
        ...dequeued.flat(),
        ...(mayHaveRows ? [['upsert', removal, 'Replace'] as TransactionAction] : []),
        ...(await createAttentionActions(table, file, undefined)),
      ],
    };
  });

/**
 * The newest content of a path waits for a batch, in place of itself. An exclusion is taken back, unless it has to stay.
 */
export const requeue = (table: TableClient, requeued: RegisteredFile, keepsExclusion = false): Promise<void> =>
  changeFile(table, requeued, async (file) => {
    const { dataset, path } = file;
    if (keepsExclusion && file.status === 'excluded') return { own: {}, others: [] };
    const pathRow = await findRow(table, dataset, pathKey(path));
    const others = [
      ...(await createDeletion(table, dataset, removalKey(file.file))),
      ...(await createAttentionActions(table, file, undefined)),
    ];
    if (pathRow?.['file'] !== file.file)
      return { own: { excluded: '', status: 'superseded', reason: replacedReason }, others };
    const waiting: RegisteredFile = { ...file, status: 'pending', reason: undefined, replaces: file.file };
    const touched = { partitionKey: dataset, rowKey: pathKey(path), file: file.file };
    return {
      own: { excluded: '', status: 'pending', reason: '', dismissed: '' },
      others: [
        ...others,
        // Whoever registers a newer content meanwhile is seen.
        ['update', touched, 'Merge', { etag: String(pathRow['etag']) }],
        ['upsert', toFileRow(waiting, pendingKey(file)), 'Replace'],
        ['upsert', toFileRow(waiting, freshKey(file)), 'Replace'],
      ],
    };
  });

/**
 * Takes back an exclusion. The file does not wait for a batch: whoever calls this loads it. False for one that is no longer
 * the newest content of its path: nobody loads it, so it stays out.
 */
export async function readmit(table: TableClient, readmitted: RegisteredFile, reason: string): Promise<boolean> {
  let isNewest = false;
  await changeFile(table, readmitted, async ({ dataset, file, path, status }) => {
    const pathRow = await findRow(table, dataset, pathKey(path));
    isNewest = pathRow?.['file'] === file;
    if (!pathRow || !isNewest)
      return { own: status === 'excluded' ? {} : { status: 'superseded', reason: replacedReason }, others: [] };
    const touched = { partitionKey: dataset, rowKey: pathKey(path), file };
    return {
      own: { excluded: '', status: 'failed', reason },
      others: [
        ...(await createDeletion(table, dataset, removalKey(file))),
        ['update', touched, 'Merge', { etag: String(pathRow['etag']) }],
      ],
    };
  });
  return isNewest;
}

async function createDeletion(table: TableClient, dataset: string, rowKey: string): Promise<TransactionAction[]> {
  const row: Row | undefined = await findRow(table, dataset, rowKey);
  return row ? [['delete', { partitionKey: dataset, rowKey }]] : [];
}

/** Changes a file as it is now. Whoever changes it at the same time is seen, and `change` is asked again. */
async function changeFile(
  table: TableClient,
  { dataset, file, path }: RegisteredFile,
  change: (file: RegisteredFile) => Promise<Change>,
): Promise<void> {
  for (let race = 0; race < maxRaces; race++) {
    const row = await findRow(table, dataset, fileKey(file));
    if (!row) throw new Error(`File '${path}' is no longer registered. List the files again.`);
    const { others, own } = await change(toFile(row));
    const key = { partitionKey: dataset, rowKey: fileKey(file) };
    try {
      await table.submitTransaction([
        ['update', { ...key, ...own }, 'Merge', { etag: String(row['etag']) }],
        ...others,
      ]);
      return;
    } catch (error) {
      if (![404, 409, 412].some((status) => isStatus(error, status))) throw error;
    }
  }
  throw new Error(
    `File '${path}' could not be changed: ${maxRaces} others changed it meanwhile. Send the request again.`,
  );
}
