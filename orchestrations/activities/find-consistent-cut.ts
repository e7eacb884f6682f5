import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { Versions } from '../../medallion/layer.ts';
import { findConsistentCut as find } from '../../operations/releases/find-consistent-cut.ts';
import { activity } from '../activity.ts';

const ReleasableCut = z.object({
  kind: z.literal('cut'),
  versions: Versions,
  batches: z.array(BatchId),
  files: z.int(),
  datasets: z.array(z.string()),
});
export type ReleasableCut = z.infer<typeof ReleasableCut>;

/** Looks for versions of all layers that can be released together. */
export const findConsistentCut = activity({
  name: 'findConsistentCut',
  input: z.object({}),
  output: z.discriminatedUnion('kind', [z.object({ kind: z.enum(['over', 'nothing']) }), ReleasableCut]),
  run: (ports) => find(ports),
});
