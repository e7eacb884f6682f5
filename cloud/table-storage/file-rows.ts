import { RegisteredFile } from '../../medallion/files/file.ts';
import { fileKey, freshKey, latestKey, pendingKey } from './keys.ts';

type Row = Record<string, unknown> & { partitionKey: string; rowKey: string };

/** The service keeps an `etag` of its own on every row, so the file's goes by another name. */
const toColumns = ({ etag, violations, ...rest }: RegisteredFile) => ({
  ...rest,
  contentEtag: etag,
  ...(violations ? { violations: JSON.stringify(violations) } : {}),
});

export const toFileRow = (file: RegisteredFile): Row => ({
  ...toColumns(file),
  partitionKey: file.dataset,
  rowKey: fileKey(file.file),
});

export const toPendingRow = (file: RegisteredFile): Row => ({
  ...toColumns(file),
  partitionKey: file.dataset,
  rowKey: pendingKey(file),
});

export const toFreshRow = (file: RegisteredFile): Row => ({
  ...toColumns(file),
  partitionKey: file.dataset,
  rowKey: freshKey(file),
});

export const toLatestRow = (file: RegisteredFile): Row => ({
  partitionKey: file.dataset,
  rowKey: latestKey(file),
  file: file.file,
});

/** The service adds columns of its own and leaves out what is null; the schema takes what is ours. */
export function toFile(row: Record<string, unknown>): RegisteredFile {
  const { violations, ...columns } = row;
  const counts = violations ? { violations: JSON.parse(String(violations)) as unknown } : {};
  return RegisteredFile.parse({ ...columns, etag: row['contentEtag'], ...counts });
}
