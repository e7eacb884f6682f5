import { z } from 'zod';
import { Layer } from '../../medallion/layer.ts';
import { entriesIn, progressPath } from '../../medallion/releases/progress.ts';
import { activity } from '../activity.ts';

/** Whether a layer has done a micro-batch since a moment. */
export const readProgress = activity({
  name: 'readProgress',
  input: z.object({ layer: Layer, since: z.iso.datetime() }),
  output: z.object({ hasWorked: z.boolean() }),
  perform: async ({ lake }, { layer, since }) => {
    const entries = entriesIn(await lake.readControl(progressPath(layer)));
    return { hasWorked: entries.some(({ at, number }) => number !== undefined && Date.parse(at) > Date.parse(since)) };
  },
});
