import { z } from 'zod';
import { Layer } from '../../medallion/layer.ts';
import { readProgress as read } from '../../operations/read-progress.ts';
import { activity } from '../activity.ts';

/** Whether a layer has done a micro-batch since a moment. */
export const readProgress = activity({
  name: 'readProgress',
  input: z.object({ layer: Layer, since: z.iso.datetime() }),
  output: z.object({ hasWorked: z.boolean() }),
  run: async (ports, { layer, since }) => {
    const entries = await read(ports, layer);
    return { hasWorked: entries.some(({ at, number }) => number !== undefined && Date.parse(at) > Date.parse(since)) };
  },
});
