import { z } from 'zod';
import { JobRunId } from '../../medallion/runs/job.ts';
import { activity } from '../activity.ts';

export const cancelJob = activity({
  name: 'cancelJob',
  input: z.object({ jobRun: JobRunId }),
  output: z.unknown(),
  run: ({ jobs }, { jobRun }) => jobs.cancel(jobRun),
});
