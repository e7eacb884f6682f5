import { z } from 'zod';
import { Act } from '../../../medallion/audit/audit-entry.ts';
import { Paging, route } from '../route.ts';

export const acts = route({
  name: 'acts',
  path: 'api/acts',
  role: 'reader',
  summary: 'Who did what, when and why; newest first.',
  query: z.strictObject({ ...Paging, target: z.string().min(1).max(128).optional() }),
  answer: z.object({ acts: z.array(Act), next: z.string().optional() }),
  perform: async ({ world }, { query: { after, limit, target } }) => {
    const { next, rows } = await world.desk.acts({ target }, limit, after);
    return { acts: rows, ...(next ? { next } : {}) };
  },
});
