import { z } from 'zod';
import { activity } from '../activity.ts';

/** Says whether the releases of the streams are being published: a run for a batch must not publish in between. */
export const announcePublishing = activity({
  name: 'announcePublishing',
  input: z.object({ is: z.boolean() }),
  output: z.object({}),
  perform: async ({ registry }, { is }) => {
    await registry.setPublishing(is);
    return {};
  },
});
