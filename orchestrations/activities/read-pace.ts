import { z } from 'zod';
import { activity } from '../activity.ts';

export const Pace = z.object({
  quietSeconds: z.number(),
  mostFilesPerBatch: z.number(),
  firstPollSeconds: z.number(),
  longestPollSeconds: z.number(),
  idleSeconds: z.number(),
  attempts: z.number(),
  streams: z.object({
    watchSeconds: z.number(),
    releaseSeconds: z.number(),
    quietSeconds: z.number(),
    mostFilesPerManifest: z.number(),
    mostManifestsUnderway: z.number(),
    restarts: z.number(),
    firstRestartSeconds: z.number(),
    longestRestartSeconds: z.number(),
    drainSeconds: z.number(),
  }),
});
export type Pace = z.infer<typeof Pace>;

/** Pace comes from the environment, and an orchestrator may only see what its history holds. */
export const readPace = activity({
  name: 'readPace',
  input: z.object({}),
  output: Pace,
  perform: async ({ pace }) => pace,
});
