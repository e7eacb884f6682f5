import { fileIdOf, type RegisteredFile } from '../../medallion/files/file.ts';
import type { Facts } from '../../medallion/ports/world.ts';

export function aFile(path: string, change: Partial<RegisteredFile> = {}): RegisteredFile {
  const etag = change.etag ?? '0x1';
  return {
    ...{ path, etag, file: fileIdOf({ path, etag }), dataset: path.split('/')[0] ?? '' },
    ...{ length: 5, lastModified: '2026-01-01T00:00:00Z', registeredAt: '2026-01-01T00:00:01Z' },
    fate: 'published',
    ...change,
  };
}

export const factsOf = ({ etag, lastModified, length, path }: RegisteredFile): Facts => ({
  ...{ etag, lastModified, length, path },
  isDirectory: false,
});
