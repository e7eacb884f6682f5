import { z } from 'zod';
import { RunRecord } from '../../medallion/runs/run.ts';
import { recordRun as record } from '../../operations/runs/record-run.ts';
import { activity } from '../activity.ts';

/** Keeps the run's record where people and the API can read it. */
export const recordRun = activity({
  name: 'recordRun',
  input: RunRecord,
  output: z.object({ isCancelled: z.boolean() }),
  run: async (ports, run) => ({ isCancelled: (await record(ports, run)).outcome === 'cancelled' }),
});
