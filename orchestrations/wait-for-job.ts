import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { BatchId } from '../medallion/files/manifest.ts';
import { JobRunId, type JobState } from '../medallion/runs/job.ts';
import { readJobState } from './activities/read-job-state.ts';
import { call } from './activity.ts';
import { after } from './clock.ts';

export const JobWait = z.object({
  jobRun: JobRunId,
  batch: BatchId.optional(),
  pollSeconds: z.number().positive(),
  maxPollSeconds: z.number().positive(),
});

/** After so many polls a fresh start: a history is read again at every turn. */
const pollsPerGeneration = 60;
const pollGrowth = 1.2;

/** Sleeps between polls, a little longer each time, so that a four-hour job costs nothing while it runs. */
export function* waitForJob(context: OrchestrationContext): Generator<Task, JobState | undefined, unknown> {
  const { batch, jobRun, maxPollSeconds, pollSeconds } = JobWait.parse(context.df.getInput());
  let seconds = pollSeconds;
  for (let poll = 0; poll < pollsPerGeneration; poll++) {
    const job = yield* call(context, readJobState, { jobRun, batch });
    if (job.state !== 'active') return job;
    yield context.df.createTimer(after(context, { seconds }));
    seconds = Math.min(seconds * pollGrowth, maxPollSeconds);
  }
  context.df.continueAsNew({ jobRun, batch, maxPollSeconds, pollSeconds: seconds });
  return undefined;
}
