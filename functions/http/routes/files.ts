import { z } from 'zod';
import { FileStatus, RegisteredFile } from '../../../medallion/files/file.ts';
import { findFile } from '../find-resource.ts';
import { Paging, route } from '../route.ts';

const Text = z.string().min(1).max(1024);

/** Every file and its status, a page at a time: newest first, or by id when a condition narrows the list. */
export const files = route({
  name: 'files',
  path: 'api/files',
  role: 'reader',
  summary:
    'Every file and its status; newest first unless ordered by id, or narrowed by status, batch, path or release. A page may hold fewer than the limit, or none: go on while there is a `next`.',
  query: z.strictObject({
    ...Paging,
    dataset: Text.optional(),
    status: FileStatus.optional(),
    batch: Text.optional(),
    path: Text.optional(),
    release: Text.optional(),
    /** By id costs one request a page, newest first one for each file. */
    order: z.enum(['newest', 'id']).default('newest'),
  }),
  answer: z.object({ files: z.array(RegisteredFile), next: z.string().optional() }),
  handle: async ({ ports }, { query: { after, limit, order, ...filter } }) => {
    const { dataset, ...conditions } = filter;
    const isById = order === 'id' || Object.values(conditions).some((value) => value !== undefined);
    const datasets = ports.datasets.map((contract) => contract.dataset);
    const wanted = dataset === undefined ? datasets : datasets.filter((name) => name === dataset);
    const page = isById
      ? await ports.files.list(filter, limit, after)
      : await ports.files.listNewest(wanted, limit, after);
    return { files: page.rows, ...(page.next ? { next: page.next } : {}) };
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
  handle: ({ ports }, { params }) => findFile(ports, params.id),
});
