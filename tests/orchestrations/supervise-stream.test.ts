import { describe, expect, it } from 'vitest';
import { superviseStream } from '../../orchestrations/supervise-stream.ts';
import { play } from '../support/play.ts';
import { batch, continuous, tuning } from '../support/samples.ts';

const active = { isWanted: true, mayStart: false, job: { state: 'active', detail: 'running' } };
const failed = { state: 'ended', code: 'RUN_EXECUTION_ERROR', reason: 'It broke.', isRetryable: true };
const smooth = {
  readSettings: (): unknown => ({ tuning, modes: continuous, isPublishing: true }),
  stopPreviousStream: () => ({}),
  recordStream: () => ({}),
  recordRun: () => ({ isCancelled: false }),
  requestDrain: () => ({}),
  cancelJob: () => ({}),
  readProgress: () => ({ hasWorked: false }),
  submitJob: (): unknown => ({ kind: 'accepted', jobRun: '42' }),
  watchStream: ({ jobRun }: { jobRun?: string }): unknown => (jobRun ? active : { isWanted: true, mayStart: true }),
};
const layer = { layer: 'gold' };
const alive = { ...layer, stream: batch, startedAt: '2026-01-01T00:00:00.000Z', jobRuns: ['42'] };
const watched = { ...alive, alive: { jobRun: '42', since: '2026-01-01T00:00:00.000Z' } };
const listRecorded = (inputs: Record<string, unknown>[]) =>
  inputs.flatMap(({ recordStream }) => (recordStream ? [recordStream] : []));

/** Answers about the run with one state after the other, and with the last of them for ever. */
const createWatch =
  (...answers: unknown[]) =>
  ({ jobRun }: { jobRun?: string }) =>
    jobRun ? (answers.length > 1 ? answers.shift() : answers[0]) : { isWanted: true, mayStart: true };

describe('superviseStream', () => {
  it('stops what a lost supervisor has left, starts one run, and watches it', () => {
    const { calls, continued, inputs } = play(superviseStream, layer, smooth);

    expect(calls.slice(0, 6).join(' ')).toBe(
      'readSettings stopPreviousStream watchStream submitJob recordStream watchStream',
    );
    expect(inputs[3]).toEqual({ submitJob: { batch, layer: 'gold', attempt: 1, mode: 'continuous' } });
    expect(listRecorded(inputs)).toMatchObject([{ state: 'running', jobRuns: ['42'] }]);
    expect(continued).toMatchObject({ stream: batch, attempt: 1, alive: { jobRun: '42' } });
  });

  it('goes on watching the same run in its next generation', () => {
    const { calls } = play(superviseStream, watched, smooth);
    expect(calls).not.toContain('submitJob');
    expect(calls).not.toContain('stopPreviousStream');
    expect(calls[0]).toBe('readSettings');
  });

  it('starts a run that failed again under a new attempt, after a pause', () => {
    const watchStream = createWatch({ ...active, job: failed });
    const { calls, continued, inputs } = play(superviseStream, watched, { ...smooth, watchStream });

    expect(calls.slice(-3).join(' ')).toBe('readProgress recordStream timer');
    expect(listRecorded(inputs)).toMatchObject([{ state: 'restarting', reason: expect.stringContaining('It broke.') }]);
    expect(continued).toMatchObject({ stream: batch, attempt: 2, failures: 1 });
    expect(continued).not.toHaveProperty('alive');
  });

  it('halts after so many failures in a row, in the words of the job, where people look', () => {
    const watchStream = createWatch({ ...active, job: failed });
    const { continued, inputs, logged } = play(
      superviseStream,
      { ...watched, failures: 3 },
      { ...smooth, watchStream },
    );

    const reason = expect.stringMatching(/halted after 4 .* It broke\. .*resume/);
    expect(listRecorded(inputs)).toMatchObject([{ state: 'halted', reason }]);
    expect(inputs.at(-1)).toMatchObject({
      recordRun: { batch, outcome: 'halted', reason, layers: [{ jobRuns: ['42'] }] },
    });
    expect(logged).toMatchObject([{ event: 'stream.halted', layer: 'gold', stream: batch, failures: 4, reason }]);
    expect(continued).toBeUndefined();
  });

  it('counts from one again once a micro-batch is done', () => {
    const watchStream = createWatch({ ...active, job: failed });
    const script = { ...smooth, watchStream, readProgress: () => ({ hasWorked: true }) };
    expect(play(superviseStream, { ...watched, failures: 3 }, script).continued).toMatchObject({ failures: 1 });
  });

  it('halts on a job that the workspace rejects', () => {
    const submitJob = () => ({ kind: 'rejected', reason: 'No such job.' });
    const { inputs } = play(superviseStream, layer, { ...smooth, submitJob });
    expect(listRecorded(inputs)).toMatchObject([{ state: 'halted', reason: expect.stringContaining('No such job.') }]);
  });

  it('asks a stream that is no longer wanted to drain, and waits until it has', () => {
    const drained = { ...active, isWanted: false, job: { state: 'succeeded' } };
    const watchStream = createWatch({ ...active, isWanted: false }, { ...active, isWanted: false }, drained);
    const { calls, inputs } = play(superviseStream, watched, { ...smooth, watchStream });

    expect(calls.join(' ')).toBe(
      'readSettings watchStream requestDrain recordStream watchStream timer watchStream recordStream',
    );
    expect(listRecorded(inputs)).toMatchObject([{ state: 'draining' }, { state: 'drained' }]);
  });

  it('cancels, once, a stream that does not drain in time', () => {
    let polls = 0;
    const watchStream = () => {
      polls++;
      return polls < 30 ? { ...active, isWanted: false } : { ...active, isWanted: false, job: failed };
    };
    const { calls, inputs } = play(superviseStream, watched, { ...smooth, watchStream });

    expect(calls.filter((call) => call === 'cancelJob')).toHaveLength(1);
    expect(listRecorded(inputs).at(-1)).toMatchObject({ state: 'drained' });
  });

  it('starts nothing that was asked to drain before it began', () => {
    const { calls } = play(superviseStream, layer, {
      ...smooth,
      watchStream: () => ({ isWanted: false, mayStart: true }),
    });
    expect(calls).not.toContain('submitJob');
  });

  it('waits for the end of a batch that is built by a run of the same job', () => {
    const watchStream = () => ({ isWanted: true, mayStart: false });
    const { calls, continued } = play(superviseStream, layer, { ...smooth, watchStream });
    expect(calls.join(' ')).toBe('readSettings stopPreviousStream watchStream timer');
    expect(continued).toMatchObject({ stream: batch, attempt: 1 });
  });

  it('watches the same run again when a service was away, and says so in the log', () => {
    const watchStream = () => {
      throw new Error('The workspace is away.');
    };
    const { calls, continued, logged } = play(superviseStream, watched, { ...smooth, watchStream });
    expect(calls.at(-1)).toBe('timer');
    expect(logged).toMatchObject([
      { event: 'stream.retry_scheduled', layer: 'gold', delaySeconds: 60, reason: 'The workspace is away.' },
    ]);
    expect(continued).toMatchObject(watched);
  });
});
