import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { Layer, Versions } from '../../medallion/layer.ts';
import { readCoverage as read } from '../../operations/streams/read-coverage.ts';
import { activity } from '../activity.ts';

const Coverage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('covered'), versions: Versions }),
  z.object({ kind: z.enum(['waiting', 'switched']) }),
  z.object({ kind: z.literal('halted'), reason: z.string() }),
]);

/** Whether a layer's stream has taken in a batch. */
export const readCoverage = activity({
  name: 'readCoverage',
  input: z.object({ batch: BatchId, layer: Layer, upstreamVersions: Versions }),
  output: Coverage,
  run: (ports, wanted) => read(ports, wanted),
});
