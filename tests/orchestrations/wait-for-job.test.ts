import { describe, expect, it } from 'vitest';
import { waitForJob } from '../../orchestrations/wait-for-job.ts';
import { play } from '../support/play.ts';
import { batch } from '../support/samples.ts';

const input = { jobRun: '9007199254740993', pollSeconds: 1, maxPollSeconds: 10 };
const active = { state: 'active', detail: 'running' };

describe('waitForJob', () => {
  it('sleeps between polls while the job runs', () => {
    const states = [active, active, { state: 'succeeded' }];
    const { calls, output } = play(waitForJob, input, { readJobState: () => states.shift() });

    expect(calls.join(' ')).toBe('readJobState timer readJobState timer readJobState');
    expect(output).toEqual({ state: 'succeeded' });
  });

  it('keeps every digit of a run id', () => {
    const { inputs } = play(waitForJob, input, { readJobState: () => ({ state: 'succeeded' }) });
    expect(inputs).toEqual([{ readJobState: { jobRun: '9007199254740993' } }]);
  });

  it('says for which batch it waits, so that the batch can be cancelled', () => {
    const { inputs } = play(waitForJob, { ...input, batch }, { readJobState: () => ({ state: 'succeeded' }) });
    expect(inputs).toEqual([{ readJobState: { jobRun: '9007199254740993', batch } }]);
  });

  it('starts afresh during a long wait, with the interval it has come to', () => {
    const { continued, output } = play(waitForJob, input, { readJobState: () => active });

    expect(output).toBeUndefined();
    expect(continued).toEqual({ ...input, pollSeconds: 10 });
  });
});
