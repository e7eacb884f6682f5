import { z } from 'zod';
import { route } from '../route.ts';

/** Asked by whoever watches the app from outside: it tells that it is up, and nothing else. */
export const health = route({
  name: 'health',
  path: 'api/health',
  role: 'nobody',
  summary: 'Whether the operator can reach its state.',
  answer: z.object({ status: z.literal('ok') }),
  perform: async ({ world }) => {
    await world.registry.runs(1);
    return { status: 'ok' as const };
  },
});
