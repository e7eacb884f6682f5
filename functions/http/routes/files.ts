import { z } from 'zod';
import { Fate, FileId, RegisteredFile } from '../../../medallion/files/file.ts';
import { Problem } from '../problem.ts';
import { Paging, route } from '../route.ts';

const Text = z.string().min(1).max(1024);

/** Every file and its fate, a page at a time: newest first, or by id when a condition narrows the list. */
export const files = route({
  name: 'files',
  path: 'api/files',
  role: 'reader',
  summary: 'Every file and its fate; newest first unless asked for by id, or narrowed by fate, batch, path or release.',
  query: z.strictObject({
    ...Paging,
    dataset: Text.optional(),
    fate: Fate.optional(),
    batch: Text.optional(),
    path: Text.optional(),
    release: Text.optional(),
    /** By id costs one question a page, newest first one for each file. */
    order: z.enum(['newest', 'id']).default('newest'),
  }),
  answer: z.object({ files: z.array(RegisteredFile), next: z.string().optional() }),
  perform: async ({ world }, { query: { after, limit, order, ...filter } }) => {
    const { dataset, ...narrow } = filter;
    const isById = order === 'id' || Object.values(narrow).some((value) => value !== undefined);
    const known = world.datasets.map((each) => each.dataset);
    const { next, rows } = isById
      ? await world.registry.files(filter, limit, after)
      : await world.desk.latest(dataset === undefined ? known : known.filter((each) => each === dataset), limit, after);
    return { files: rows, ...(next ? { next } : {}) };
  },
});

export const file = route({
  name: 'file',
  path: 'api/files/{id}',
  role: 'reader',
  summary: 'One content of one path, and what became of it.',
  params: z.strictObject({ id: Text }),
  answer: RegisteredFile,
  problems: ['not_found'],
  perform: async ({ world }, { params }) => {
    const id = FileId.safeParse(params.id);
    return (
      (id.success && (await world.registry.file(id.data))) ||
      new Problem('not_found', `No file is registered as '${params.id}'.`)
    );
  },
});
