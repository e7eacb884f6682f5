import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { Fate, FileId } from '../medallion/file.ts';
import type { Registry } from '../medallion/world.ts';
import { Paging, problem, withQuery } from './answer.ts';

const FilesQuery = z.strictObject({
  ...Paging,
  dataset: z.string().optional(),
  fate: Fate.optional(),
  batch: z.string().optional(),
  path: z.string().optional(),
});

/** `GET /api/files`: every file and its fate, a page at a time. */
export const filesRequested = (registry: Pick<Registry, 'files'>) =>
  withQuery(FilesQuery, async ({ limit, after, ...filter }) => {
    const { rows, next } = await registry.files(filter, limit, after);
    return { jsonBody: { files: rows, ...(next ? { next } : {}) } };
  });

/** `GET /api/files/{id}` */
export const fileRequested =
  (registry: Pick<Registry, 'file'>) =>
  async ({ params }: HttpRequest): Promise<HttpResponseInit> => {
    const id = FileId.safeParse(params['id']);
    const file = id.success ? await registry.file(id.data) : undefined;
    return file ? { jsonBody: file } : problem(404, 'No such file', `No file is registered as '${params['id']}'.`);
  };
