import { z } from 'zod';
import { Modes } from '../../medallion/layer.ts';
import { modesFrom } from '../../medallion/runs/stream.ts';
import { activity } from '../activity.ts';

/** The modes of the layers as they are wanted now, and whether releases of streams are still being published. */
export const readModes = activity({
  name: 'readModes',
  input: z.object({}),
  output: z.object({ modes: Modes, isPublishing: z.boolean() }),
  perform: async ({ modes, registry }) => {
    const [wishes, isPublishing] = await Promise.all([registry.wishes(), registry.isPublishing()]);
    return { modes: modesFrom(modes, wishes), isPublishing };
  },
});
