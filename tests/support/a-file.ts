import { type RegisteredFile, toFileId } from '../../medallion/files/file.ts';
import type { BlobProperties } from '../../medallion/ports/lake.ts';

export function aFile(path: string, change: Partial<RegisteredFile> = {}): RegisteredFile {
  const etag = change.etag ?? '0x1';
  return {
    path,
    etag,
    file: toFileId({ path, etag }),
    dataset: path.split('/')[0] ?? '',
    length: 5,
    lastModified: '2026-01-01T00:00:00Z',
    registeredAt: '2026-01-01T00:00:01Z',
    sequence: 1,
    status: 'published',
    ...change,
  };
}

export const getProperties = ({ etag, lastModified, length, path }: RegisteredFile): BlobProperties => ({
  path,
  etag,
  length,
  lastModified,
  isDirectory: false,
});
