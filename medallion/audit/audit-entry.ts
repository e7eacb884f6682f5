import { z } from 'zod';

/** What people, and the pipeline itself, decide about runs, plans, releases and lines. */
export const ActKind = z.enum([
  'paused',
  'resumed',
  'halted',
  'cancelled',
  'retried',
  'skipped',
  'planned',
  'executed',
  'rolled back',
  'replayed',
  'discarded',
  'unmasked',
  'drained',
  'switched',
]);

/** One act: who did what to which thing, when, and why. Written before it is done, and never changed. */
export const Act = z.object({
  act: z.string(),
  at: z.iso.datetime(),
  who: z.string(),
  did: ActKind,
  target: z.string(),
  why: z.string(),
});
export type Act = z.infer<typeof Act>;
