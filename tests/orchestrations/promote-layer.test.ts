import { describe, expect, it } from 'vitest';
import { promoteLayer } from '../../orchestrations/promote-layer.ts';
import { play } from '../support/play.ts';
import { batch, tuning } from '../support/samples.ts';

const silver = { batch, layer: 'silver', upstreamVersions: { 'bronze.bpm': 1 }, tuning, mode: 'triggered' };
const gold = { ...silver, layer: 'gold' };
const blocked = {
  outcome: 'blocked',
  rules: 1,
  evaluated: 1,
  fingerprint: 'f',
  violations: [{ rule: 'r', table: 'silver.users', action: 'block', failingRows: 3, reason: 'Wrong.' }],
};
const smooth = {
  submitJob: () => ({ kind: 'accepted', jobRun: '42' }),
  waitForJob: (): unknown => ({ state: 'succeeded' }),
  readReport: (): unknown => ({ kind: 'present', versions: { 'silver.users': 2 } }),
  judgeLayer: (): unknown => ({ outcome: 'passed', rules: 1, evaluated: 1, fingerprint: 'f' }),
  publishRelease: (): unknown => ({ kind: 'published', release: 'r-1' }),
};
const createEnd = (isRetryable: boolean) => ({ state: 'ended', code: 'DRIVER_ERROR', reason: 'It died.', isRetryable });

describe('promoteLayer', () => {
  it('submits, waits, reads the report and judges', () => {
    const { calls, output } = play(promoteLayer, silver, smooth);

    expect(calls.join(' ')).toBe('submitJob waitForJob readReport judgeLayer');
    expect(output).toMatchObject({ outcome: 'passed', jobRuns: ['42'], versions: { 'silver.users': 2 } });
  });

  it('judges at the versions of this layer and of those below', () => {
    const { inputs } = play(promoteLayer, silver, smooth);

    expect(inputs.at(-1)).toEqual({
      judgeLayer: { batch, layer: 'silver', versions: { 'bronze.bpm': 1, 'silver.users': 2 } },
    });
  });

  it('publishes gold that passed', () => {
    expect(play(promoteLayer, gold, smooth).output).toMatchObject({ outcome: 'passed', release: 'r-1' });
  });

  it('never publishes what the gate blocked', () => {
    const { calls, output } = play(promoteLayer, gold, { ...smooth, judgeLayer: () => blocked });

    expect(output).toMatchObject({ outcome: 'blocked', verdict: blocked });
    expect(calls).not.toContain('publishRelease');
  });

  it('publishes what only drew a warning', () => {
    const warned = { ...blocked, outcome: 'warned' };
    expect(play(promoteLayer, gold, { ...smooth, judgeLayer: () => warned }).output.release).toBe('r-1');
  });

  it('publishes around what is retained, by its own verdict and by those below', () => {
    const retaining = {
      ...blocked,
      outcome: 'warned',
      violations: [{ ...blocked.violations[0], blocks: ['gold.gym_summary'] }],
    };
    const promotion = { ...gold, retainedTables: ['gold.gym_sessions'] };
    const { inputs, output } = play(promoteLayer, promotion, { ...smooth, judgeLayer: () => retaining });

    expect(output.outcome).toBe('passed');
    expect(inputs.at(-1)).toMatchObject({
      publishRelease: { retainedTables: ['gold.gym_sessions', 'gold.gym_summary'] },
    });
  });

  it('makes a new attempt, later, when the run may end better', () => {
    const ends = [createEnd(true), { state: 'succeeded' }];
    const { calls, inputs, output } = play(promoteLayer, silver, { ...smooth, waitForJob: () => ends.shift() });

    expect(calls.slice(0, 5).join(' ')).toBe('submitJob waitForJob timer submitJob waitForJob');
    expect(inputs[2]).toEqual({ submitJob: { batch, layer: 'silver', attempt: 2 } });
    expect(output.outcome).toBe('passed');
  });

  it('fails after so many attempts, in the words of the job', () => {
    const { calls, output } = play(promoteLayer, silver, { ...smooth, waitForJob: () => createEnd(true) });

    expect(calls.filter((call) => call === 'submitJob')).toHaveLength(tuning.batches.maxAttempts);
    expect(output).toMatchObject({
      outcome: 'failed',
      reason: 'Attempt 3 of the silver job ended with DRIVER_ERROR. It died.',
    });
  });

  it('does not try again what will end the same', () => {
    const { calls } = play(promoteLayer, silver, { ...smooth, waitForJob: () => createEnd(false) });
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
    {
      title: 'a rejected release',
      change: { publishRelease: () => ({ kind: 'rejected', reason: 'No right.' }) },
      reason: 'No right.',
    },
  ])('fails on $title with its reason', ({ reason, change }) => {
    expect(play(promoteLayer, gold, { ...smooth, ...change }).output).toMatchObject({ outcome: 'failed', reason });
  });
});

describe('promoteLayer, of a layer that streams', () => {
  const stream = { ...silver, mode: 'continuous' };
  const waiting = { kind: 'waiting' };
  const covered = { kind: 'covered', versions: { 'silver.users': 2 } };

  it('waits until the stream has taken the batch in, and judges what it has come to', () => {
    const answers = [waiting, waiting, covered];
    const { calls, output } = play(promoteLayer, stream, { ...smooth, readCoverage: () => answers.shift() });

    expect(calls.join(' ')).toBe('readCoverage timer readCoverage timer readCoverage judgeLayer');
    expect(output).toMatchObject({ outcome: 'passed', jobRuns: [], versions: { 'silver.users': 2 } });
  });

  it('starts a run after all when the layer was switched meanwhile', () => {
    const readCoverage = () => ({ kind: 'switched' });
    const { calls } = play(promoteLayer, stream, { ...smooth, readCoverage });
    expect(calls.join(' ')).toBe('readCoverage submitJob waitForJob readReport judgeLayer');
  });

  it('fails when the stream is halted, with the reason', () => {
    const readCoverage = () => ({ kind: 'halted', reason: 'It broke.' });
    expect(play(promoteLayer, stream, { ...smooth, readCoverage }).output).toMatchObject({
      outcome: 'failed',
      reason: 'It broke.',
    });
  });
});
