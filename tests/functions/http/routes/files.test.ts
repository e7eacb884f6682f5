import { describe, expect, it } from 'vitest';
import { file, files } from '../../../../functions/http/routes/files.ts';
import type { FileFilter } from '../../../../medallion/ports/index.ts';
import { aFile } from '../../../support/a-file.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const one = aFile('gym_logins/a');

describe('GET /api/files', () => {
  it('filters and pages as asked', async () => {
    const asked: unknown[] = [];
    const found = async (filter: FileFilter, most: number, after?: string) => {
      asked.push({ filter, most, after });
      return { rows: [one], next: 'there' };
    };
    const context = createTestContext({ registry: { files: found } });
    const { body } = await send(context, files, { query: { status: 'published', limit: '1', after: 'here' } });

    expect(asked).toEqual([{ filter: { status: 'published' }, most: 1, after: 'here' }]);
    expect(body).toEqual({ files: [one], next: 'there' });
  });

  it('answers what it does not understand with what is wrong', async () => {
    const { body, status } = await send(createTestContext(), files, { query: { status: 'lost', colour: 'red' } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining('colour') });
  });
});

describe('GET /api/files/{id}', () => {
  it('gives the file', async () => {
    const { body } = await send(createTestContext({ files: [one] }), file, { params: { id: one.file } });
    expect(body).toEqual(one);
  });

  it.for(['0'.repeat(32), 'not-an-id', '../../etc'])('knows no file %s', async (id) => {
    expect((await send(createTestContext({ files: [one] }), file, { params: { id } })).status).toBe(404);
  });
});
