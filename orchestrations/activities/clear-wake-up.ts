import { z } from 'zod';
import { activity } from '../activity.ts';

/** From here on the next file that lands wakes the pipeline again. */
export const clearWakeUp = activity({
  name: 'clearWakeUp',
  input: z.object({}),
  output: z.unknown(),
  run: ({ queue }) => queue.clearWakeUp(),
});
