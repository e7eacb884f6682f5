import { z } from 'zod';
import { route } from '../route.ts';

/** Anybody may ask, as often as they like. The state table is asked at most so often. */
const maxAgeMilliseconds = 5000;

/** For whoever watches the app from outside: it says that the app is up, and nothing else. */
export function createHealthRoute() {
  let last: { readonly at: number; readonly look: Promise<unknown> } | undefined;
  return route({
    name: 'health',
    path: 'api/health',
    role: 'anonymous',
    summary: 'Whether the operator can reach its state.',
    answer: z.object({ status: z.literal('ok') }),
    handle: async ({ now, ports }) => {
      const at = now().getTime();
      if (!last || Math.abs(at - last.at) >= maxAgeMilliseconds) last = { at, look: ports.runs.list(1) };
      await last.look;
      return { status: 'ok' as const };
    },
  });
}
