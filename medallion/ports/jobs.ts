import type { JobOrder, JobRunId, JobState, Submission } from '../runs/job.ts';

/** The jobs of the layers in the workspace. */
export interface Jobs {
  submit(order: JobOrder): Promise<Submission>;
  getState(jobRun: JobRunId): Promise<JobState>;
  /** Asks for the end of a run. It may take a while, and a run that has ended stays as it is. */
  cancel(jobRun: JobRunId): Promise<void>;
}
