import { expect, it } from 'vitest';
import { cancelJob } from '../../../orchestrations/activities/cancel-job.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

it('cancelJob asks for the end of a run by all of its digits', async () => {
  const cancelled: string[] = [];
  const small = createFakePorts({});
  const cancel = async (jobRun: string) => {
    cancelled.push(jobRun);
  };
  await cancelJob.in({ ...small, jobs: { ...small.jobs, cancel } })({ jobRun: '9007199254740993' });
  expect(cancelled).toEqual(['9007199254740993']);
});
