import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { Versions } from '../../medallion/layer.ts';
import { Verdict } from '../../medallion/quality/verdict.ts';
import { publishRelease as publish } from '../../operations/releases/publish.ts';
import { activity } from '../activity.ts';

/** Shows readers the versions that passed. */
export const publishRelease = activity({
  name: 'publishRelease',
  input: z.object({
    batch: BatchId,
    versions: Versions,
    verdict: Verdict,
    retainedTables: z.array(z.string()).default([]),
  }),
  output: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('published'), release: z.string() }),
    z.object({ kind: z.literal('rejected'), reason: z.string() }),
  ]),
  run: (ports, passed) => publish(ports, passed, new Date()),
});
