import { z } from 'zod';
import { JobRunId, JobState } from '../../medallion/job.ts';
import { activity } from '../activity.ts';

export const readJobState = activity({
  name: 'readJobState',
  input: z.object({ jobRun: JobRunId }),
  output: JobState,
  perform: ({ jobs }, { jobRun }) => jobs.stateOf(jobRun),
});
