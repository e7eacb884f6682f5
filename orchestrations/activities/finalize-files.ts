import { z } from 'zod';
import { Freshness } from '../../medallion/files/freshness.ts';
import { RunRecord } from '../../medallion/runs/run.ts';
import { finalizeFiles as finalize } from '../../operations/intake/finalize-files.ts';
import { activity } from '../activity.ts';

/** Writes down how each file of a finished run ended. */
export const finalizeFiles = activity({
  name: 'finalizeFiles',
  input: RunRecord,
  output: z.object({ freshness: Freshness.optional() }),
  run: (ports, run) => finalize(ports, run, new Date()),
});
