import { z } from 'zod';
import { route } from '../route.ts';

/** For whoever watches the app from outside: it says that the app is up, and nothing else. */
export const health = route({
  name: 'health',
  path: 'api/health',
  role: 'anonymous',
  summary: 'Whether the operator can reach its state.',
  answer: z.object({ status: z.literal('ok') }),
  handle: async ({ ports }) => {
    await ports.runs.list(1);
    return { status: 'ok' as const };
  },
});
