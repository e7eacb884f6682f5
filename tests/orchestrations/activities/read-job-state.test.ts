import { describe, expect, it } from 'vitest';
import type { JobState } from '../../../medallion/runs/job.ts';
import { readJobState } from '../../../orchestrations/activities/read-job-state.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

describe('readJobState', () => {
  it('asks for the run by all of its digits', async () => {
    const asked: string[] = [];
    const stateOf = async (jobRun: string) => {
      asked.push(jobRun);
      return { state: 'succeeded' as const };
    };
    const small = createFakePorts({});
    const ports = { ...small, jobs: { ...small.jobs, stateOf } };

    expect(await readJobState.in(ports)({ jobRun: '9007199254740993' })).toEqual({ state: 'succeeded' });
    expect(asked).toEqual(['9007199254740993']);
  });

  const states: JobState[] = [
    { state: 'active', detail: 'running' },
    { state: 'ended', code: 'USER_CANCELED', reason: 'Run canceled by the user.', again: true },
  ];

  it('ends the job of a batch that somebody cancelled, and is not tried again', async () => {
    const ports = createFakePorts({});
    await ports.desk.cancel(batch, "Cancelled by 'ann': it was the wrong file.");
    const told: JobState[] = [];
    for (const state of states) {
      const jobs = { ...ports.jobs, stateOf: async () => state };
      told.push((await readJobState.in({ ...ports, jobs })({ jobRun: '1', batch })) as JobState);
    }

    expect(ports.cancelled).toEqual(['1']);
    expect(told[0]).toEqual(states[0]);
    expect(told[1]).toMatchObject({ again: false, reason: "Cancelled by 'ann': it was the wrong file." });
  });

  it('leaves the job of any other batch alone', async () => {
    const ports = createFakePorts({});
    const jobs = { ...ports.jobs, stateOf: async () => states[0] as JobState };
    await readJobState.in({ ...ports, jobs })({ jobRun: '1', batch });
    expect(ports.cancelled).toEqual([]);
  });
});
