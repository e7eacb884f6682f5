import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { drainPath } from '../../medallion/runs/stream.ts';
import { activity } from '../activity.ts';

/** Asks an always-on job to end before its next micro-batch. */
export const requestDrain = activity({
  name: 'requestDrain',
  input: z.object({ stream: BatchId }),
  output: z.unknown(),
  run: ({ lake }, { stream }) => lake.commitControl(drainPath(stream), '{}'),
});
