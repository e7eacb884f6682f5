import { describe, expect, it } from 'vitest';
import { fileRequested, filesRequested } from '../../functions/files-requested.ts';
import { fileIdOf, type RegisteredFile } from '../../medallion/file.ts';
import type { FileFilter } from '../../medallion/world.ts';
import { requestTo } from '../support/request.ts';

const content = { path: 'gym_logins/a', etag: '0x1' };
const file: RegisteredFile = {
  ...content,
  file: fileIdOf(content),
  length: 1,
  lastModified: '2026-01-01T00:00:00Z',
  dataset: 'gym_logins',
  fate: 'published',
  registeredAt: '2026-01-01T00:00:00Z',
};

describe('GET /api/files', () => {
  it('filters and pages as asked', async () => {
    const asked: unknown[] = [];
    const files = async (filter: FileFilter, most: number, after?: string) => {
      asked.push({ filter, most, after });
      return { rows: [file], next: 'there' };
    };
    const answer = await filesRequested({ files })(requestTo('files?fate=published&limit=1&after=here'));

    expect(asked).toEqual([{ filter: { fate: 'published' }, most: 1, after: 'here' }]);
    expect(answer).toEqual({ jsonBody: { files: [file], next: 'there' } });
  });
});

describe('GET /api/files/{id}', () => {
  const answer = fileRequested({ file: async (id) => (id === file.file ? file : undefined) });

  it('gives the file', async () => {
    expect(await answer(requestTo('files/x', { id: file.file }))).toEqual({ jsonBody: file });
  });

  it.for(['0'.repeat(32), 'not-an-id'])('knows no file %s', async (id) => {
    expect((await answer(requestTo('files/x', { id }))).status).toBe(404);
  });
});
