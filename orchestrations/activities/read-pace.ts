import { z } from 'zod';
import { activity } from '../activity.ts';

export const Pace = z.object({
  quietSeconds: z.number(),
  mostFilesPerBatch: z.number(),
  firstPollSeconds: z.number(),
  longestPollSeconds: z.number(),
  idleSeconds: z.number(),
  attempts: z.number(),
});

/** Pace comes from the environment, and an orchestrator may only see what its history holds. */
export const readPace = activity({
  name: 'readPace',
  input: z.object({}),
  output: Pace,
  perform: async ({ pace }) => pace,
});
