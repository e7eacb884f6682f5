import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { RunRecord } from '../../medallion/runs/run.ts';
import { recordRun as record } from '../../operations/runs/record-run.ts';
import { traceRun } from '../../operations/runs/trace-run.ts';
import { activity } from '../activity.ts';

/** Keeps the run's record where people and the API can read it. `untraced` is why its course did not arrive elsewhere. */
export const recordRun = activity({
  name: 'recordRun',
  input: RunRecord.extend({ toldBatches: z.array(BatchId).optional() }),
  output: z.object({ isCancelled: z.boolean(), untraced: z.string().optional() }),
  run: async (ports, { toldBatches, ...run }) => {
    const recorded = await record(ports, run, toldBatches);
    return { isCancelled: recorded.outcome === 'cancelled', ...(await traceRun(ports, recorded)) };
  },
});
