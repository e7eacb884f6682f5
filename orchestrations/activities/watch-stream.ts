import { z } from 'zod';
import { JobRunId, JobState } from '../../medallion/job.ts';
import { Layer } from '../../medallion/layer.ts';
import { isWanted, modesFrom } from '../../medallion/stream.ts';
import { activity } from '../activity.ts';

/** Whether a layer's stream is wanted, and where its run is, if it has one. */
export const watchStream = activity({
  name: 'watchStream',
  input: z.object({ layer: Layer, jobRun: JobRunId.optional() }),
  output: z.object({ isWanted: z.boolean(), job: JobState.optional() }),
  perform: async ({ jobs, modes, registry }, { jobRun, layer }) => {
    const wishes = await registry.wishes();
    const wanted = isWanted(layer, modesFrom(modes, wishes), wishes);
    return { isWanted: wanted, ...(jobRun === undefined ? {} : { job: await jobs.stateOf(jobRun) }) };
  },
});
