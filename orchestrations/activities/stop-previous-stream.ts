import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { Layer } from '../../medallion/layer.ts';
import { stopPreviousStream as stop } from '../../operations/streams/watch-stream.ts';
import { activity } from '../activity.ts';

/** Before a stream begins: ends the run of one whose supervisor was lost. */
export const stopPreviousStream = activity({
  name: 'stopPreviousStream',
  input: z.object({ layer: Layer, nextStream: BatchId }),
  output: z.unknown(),
  run: (ports, input) => stop(ports, input),
});
