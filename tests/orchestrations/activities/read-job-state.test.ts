import { describe, expect, it } from 'vitest';
import { readJobState } from '../../../orchestrations/activities/read-job-state.ts';
import { smallWorld } from '../../support/world.ts';

describe('readJobState', () => {
  it('asks for the run by all of its digits', async () => {
    const asked: string[] = [];
    const stateOf = async (jobRun: string) => {
      asked.push(jobRun);
      return { state: 'succeeded' as const };
    };
    const small = smallWorld({});
    const world = { ...small, jobs: { ...small.jobs, stateOf } };

    expect(await readJobState.in(world)({ jobRun: '9007199254740993' })).toEqual({ state: 'succeeded' });
    expect(asked).toEqual(['9007199254740993']);
  });
});
