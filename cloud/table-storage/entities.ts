import { createHash } from 'node:crypto';
import { RegisteredFile } from '../../medallion/files/file.ts';
import { countdown } from './table.ts';

/** Files that belong to no dataset; a dataset's name cannot begin with an underscore. */
export const noDataset = '_ignored';

/**
 * One partition per dataset, so that a file, what lies on its path, and its place in the queue change in one transaction:
 *   file:<id>              what is known of one content
 *   path:<hash>            which content of a path is the newest
 *   pending:<time>:<id>    what waits for a batch, oldest first
 *   latest:<time>:<id>     every file once more, newest first: the id alone, to be looked up
 */
export const fileKey = (id: string) => `file:${id}`;
export const pathKey = (path: string) => `path:${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
export const pendingKey = ({ registeredAt, file }: Pick<RegisteredFile, 'registeredAt' | 'file'>) =>
  `pending:${registeredAt}:${file}`;

export const latestKey = ({ registeredAt, file }: Pick<RegisteredFile, 'registeredAt' | 'file'>) =>
  `latest:${countdown(new Date(registeredAt))}:${file}`;

/** All keys with a prefix: ';' is the character after ':'. */
export const withPrefix = (prefix: string) => `RowKey ge '${prefix}:' and RowKey lt '${prefix};'`;

/** Quotes are doubled in a filter, so that no value can end it. */
export const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;

type Entity = Record<string, unknown> & { partitionKey: string; rowKey: string };

/** The service keeps an `etag` of its own on every row, so the file's goes by another name. */
const columnsOf = ({ etag, problems, ...rest }: RegisteredFile) => ({
  ...rest,
  contentEtag: etag,
  ...(problems ? { problems: JSON.stringify(problems) } : {}),
});

export function fileEntity(row: RegisteredFile): Entity {
  return { ...columnsOf(row), partitionKey: row.dataset, rowKey: fileKey(row.file) };
}

export function pendingEntity(row: RegisteredFile): Entity {
  return { ...columnsOf(row), partitionKey: row.dataset, rowKey: pendingKey(row) };
}

export const latestEntity = (row: RegisteredFile): Entity => ({
  partitionKey: row.dataset,
  rowKey: latestKey(row),
  file: row.file,
});

/** The service adds fields of its own and leaves out what is null; the schema takes what is ours. */
export function fileFrom(entity: Record<string, unknown>): RegisteredFile {
  const { problems, ...rest } = entity;
  const counts = problems ? { problems: JSON.parse(String(problems)) as unknown } : {};
  return RegisteredFile.parse({ ...rest, etag: entity['contentEtag'], ...counts });
}
