import { z } from 'zod';
import { RunRecord } from '../../medallion/run.ts';
import { activity } from '../activity.ts';

/** Keeps the run's record where people and the API can read it. */
export const recordRun = activity({
  name: 'recordRun',
  input: RunRecord,
  output: z.object({}),
  perform: async ({ registry }, record) => {
    await registry.saveRun(record);
    return {};
  },
});
