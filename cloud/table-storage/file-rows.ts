import { RegisteredFile } from '../../medallion/files/file.ts';
import { maxReasonLength, shorten } from '../../medallion/texts.ts';
import { fileKey } from './keys.ts';
import type { Row } from './table.ts';

/** The service keeps an `etag` of its own on every row, so the file's goes by another name. */
export const toFileRow = ({ etag, reason, violations, ...rest }: RegisteredFile, rowKey = fileKey(rest.file)) => ({
  ...rest,
  contentEtag: etag,
  ...(reason === undefined ? {} : { reason: shorten(reason, maxReasonLength) }),
  ...(violations ? { violations: JSON.stringify(violations) } : {}),
  ...(rest.status === 'quarantined' ? { quarantine: 'file', dismissed: '' } : {}),
  ...(rest.status === 'excluded' ? toExclusion(reason) : {}),
  partitionKey: rest.dataset,
  rowKey,
});

/** A column of its own, which nobody overwrites who writes down how a batch goes on. */
export const toExclusion = (reason = 'It is excluded.') => ({ excluded: shorten(reason, maxReasonLength) });

/** The service adds columns of its own and leaves out what is null; the schema takes what is ours. */
export function toFile(row: Row): RegisteredFile {
  const { excluded, replaces, violations, ...columns } = row;
  const counts = violations ? { violations: JSON.parse(String(violations)) as unknown } : {};
  const exclusion = excluded ? { status: 'excluded', reason: excluded } : {};
  const before = replaces ? { replaces } : {};
  return RegisteredFile.parse({ ...columns, etag: row['contentEtag'], ...before, ...counts, ...exclusion });
}
