import { describe, expect, it } from 'vitest';
import { buildLayer } from '../../orchestrations/build-layer.ts';
import { play } from '../support/play.ts';
import { batch, tuning } from '../support/samples.ts';

const silver = { batch, layer: 'silver', upstreamVersions: { 'bronze.bpm': 1 }, tuning, mode: 'triggered' };
const smooth = {
  submitJob: () => ({ kind: 'accepted', jobRun: '42' }),
  waitForJob: (): unknown => ({ state: 'succeeded' }),
  readReport: (): unknown => ({ kind: 'present', versions: { 'silver.users': 2 } }),
};
const createEnd = (isRetryable: boolean) => ({ state: 'ended', code: 'DRIVER_ERROR', reason: 'It died.', isRetryable });

describe('buildLayer', () => {
  it('submits, waits and reads the report', () => {
    const { calls, output } = play(buildLayer, silver, smooth);

    expect(calls.join(' ')).toBe('submitJob waitForJob readReport');
    expect(output).toEqual({ jobRuns: ['42'], versions: { 'silver.users': 2 } });
  });

  it('says in the log when a job begins, and how it ended', () => {
    const { logged } = play(buildLayer, silver, { ...smooth, waitForJob: () => createEnd(false) });
    const job = { batch, layer: 'silver', jobRun: '42' };
    expect(logged).toMatchObject([
      { event: 'job.submitted', ...job, attempt: 1 },
      { event: 'job.ended', ...job, state: 'ended', reason: 'It died.' },
    ]);
  });

  it('makes a new attempt, later, when the run may end better', () => {
    const ends = [createEnd(true), { state: 'succeeded' }];
    const { calls, inputs, output } = play(buildLayer, silver, { ...smooth, waitForJob: () => ends.shift() });

    expect(calls.slice(0, 5).join(' ')).toBe('submitJob waitForJob timer submitJob waitForJob');
    expect(inputs[2]).toEqual({ submitJob: { batch, layer: 'silver', attempt: 2 } });
    expect(output.versions).toBeDefined();
  });

  it('fails after so many attempts, in the words of the job', () => {
    const { calls, output } = play(buildLayer, silver, { ...smooth, waitForJob: () => createEnd(true) });

    expect(calls.filter((call) => call === 'submitJob')).toHaveLength(tuning.batches.maxAttempts);
    expect(output).toMatchObject({
      reason: 'Attempt 3 of the silver job ended with DRIVER_ERROR. It died.',
    });
  });

  it('does not try again what will end the same', () => {
    const { calls } = play(buildLayer, silver, { ...smooth, waitForJob: () => createEnd(false) });
    expect(calls.filter((call) => call === 'submitJob')).toHaveLength(1);
  });

  it.for([
    {
      title: 'a rejected job',
      change: { submitJob: () => ({ kind: 'rejected', reason: 'No such job.' }) },
      reason: 'No such job.',
    },
    {
      title: 'a missing report',
      change: { readReport: () => ({ kind: 'missing', reason: 'No report.' }) },
      reason: 'No report.',
    },
  ])('says why there is no version after $title', ({ reason, change }) => {
    const { output } = play(buildLayer, silver, { ...smooth, ...change });
    expect(output).toMatchObject({ reason });
    expect(output).not.toHaveProperty('versions');
  });
});

describe('buildLayer, of a layer that streams', () => {
  const stream = { ...silver, mode: 'continuous' };
  const waiting = { kind: 'waiting' };
  const covered = { kind: 'covered', versions: { 'silver.users': 2 } };

  it('waits until the stream has taken the batch in', () => {
    const answers = [waiting, waiting, covered];
    const { calls, output } = play(buildLayer, stream, { ...smooth, readCoverage: () => answers.shift() });

    expect(calls.join(' ')).toBe('readCoverage timer readCoverage timer readCoverage');
    expect(output).toEqual({ jobRuns: [], versions: { 'silver.users': 2 } });
  });

  it('starts a run after all when the layer was switched meanwhile', () => {
    const readCoverage = () => ({ kind: 'switched' });
    const { calls } = play(buildLayer, stream, { ...smooth, readCoverage });
    expect(calls.join(' ')).toBe('readCoverage submitJob waitForJob readReport');
  });

  it('fails when the stream is halted, with the reason', () => {
    const readCoverage = () => ({ kind: 'halted', reason: 'It broke.' });
    expect(play(buildLayer, stream, { ...smooth, readCoverage }).output).toEqual({ jobRuns: [], reason: 'It broke.' });
  });
});
