import { z } from 'zod';
import { activity } from '../activity.ts';

/** Says whether the releases of the streams are being published: a run of a batch must not publish in between. */
export const setPublishing = activity({
  name: 'setPublishing',
  input: z.object({ isPublishing: z.boolean() }),
  output: z.unknown(),
  run: ({ streams }, { isPublishing }) => streams.setPublishing(isPublishing),
});
