import { z } from 'zod';
import { Modes } from '../../medallion/layer.ts';
import { Tuning } from '../../medallion/tuning.ts';
import { getModes } from '../../operations/get-modes.ts';
import { activity } from '../activity.ts';

/**
 * What an orchestration goes by: limits and intervals of the environment, the modes of the layers, and whether releases of
 * streams are being published. Read anew by each generation, so that a changed value holds from the next one on.
 */
export const readSettings = activity({
  name: 'readSettings',
  input: z.object({}),
  output: z.object({ tuning: Tuning, modes: Modes, isPublishing: z.boolean() }),
  run: async (ports) => ({
    tuning: ports.tuning,
    modes: await getModes(ports),
    isPublishing: await ports.streams.isPublishing(),
  }),
});
