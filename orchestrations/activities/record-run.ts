import { z } from 'zod';
import { definitionsAfter } from '../../medallion/contracts/definition.ts';
import { RunRecord } from '../../medallion/runs/run.ts';
import { activity } from '../activity.ts';

/**
 * Keeps the run's record where people and the API can read it. A run that broke down because somebody ended it was
 * cancelled; a release is recorded with the definitions that computed its tables.
 */
export const recordRun = activity({
  name: 'recordRun',
  input: RunRecord,
  output: z.object({ isCancelled: z.boolean().default(false) }),
  perform: async ({ definitions, desk, registry }, record) => {
    const cancelled = record.outcome === 'failed' ? await desk.cancellation(record.batch) : undefined;
    if (cancelled !== undefined) await registry.saveRun({ ...record, outcome: 'cancelled', because: cancelled });
    else if (record.outcome !== 'published') await registry.saveRun(record);
    else {
      const computed = definitionsAfter(await desk.definitions(), definitions, record.rebuilt ?? []);
      await registry.saveRun({ ...record, definitions: computed });
      await desk.define(computed);
    }
    return { isCancelled: cancelled !== undefined };
  },
});
