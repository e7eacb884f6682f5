import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { JobRunId, JobState } from '../../medallion/runs/job.ts';
import { activity } from '../activity.ts';

/** Where a job's run is. The run of a cancelled batch is told to end, and is not tried again. */
export const readJobState = activity({
  name: 'readJobState',
  input: z.object({ jobRun: JobRunId, batch: BatchId.optional() }),
  output: JobState,
  run: async ({ jobs, pipelineControl }, { batch, jobRun }): Promise<JobState> => {
    const state = await jobs.getState(jobRun);
    const reason = batch && (await pipelineControl.findCancellation(batch));
    if (reason === undefined || state.state === 'succeeded') return state;
    if (state.state === 'active') await jobs.cancel(jobRun);
    return state.state === 'ended' ? { ...state, reason, isRetryable: false } : state;
  },
});
