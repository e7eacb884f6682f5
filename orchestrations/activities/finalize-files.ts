import { RunRecord } from '../../medallion/runs/run.ts';
import { Finalized, finalizeFiles as finalize } from '../../operations/intake/finalize-files.ts';
import { activity } from '../activity.ts';

/** Writes down how each file of a finished run ended. */
export const finalizeFiles = activity({
  name: 'finalizeFiles',
  input: RunRecord,
  output: Finalized,
  run: (ports, run) => finalize(ports, run, new Date()),
});
