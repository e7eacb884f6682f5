import { z } from 'zod';
import { activity } from '../activity.ts';

/** From here on the next file that lands rings again. */
export const silenceDoorbell = activity({
  name: 'silenceDoorbell',
  input: z.object({}),
  output: z.object({}),
  perform: async ({ registry }) => {
    await registry.silence();
    return {};
  },
});
