import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideRestart,
  describeHalt,
  drainPath,
  getEffectiveModes,
  isStreaming,
  isWanted,
} from '../../../medallion/runs/stream.ts';
import { batch, continuous, triggered } from '../../support/samples.ts';

const policy = { maxRestarts: 3, initialBackoffSeconds: 1, maxBackoffSeconds: 8 };
const failed = { state: 'ended', code: 'RUN_EXECUTION_ERROR', reason: 'It broke.', again: true } as const;
const given = { failures: 0, hasWorked: false, policy, seed: 'a' };

describe('the modes of the layers', () => {
  it('are those of the environment, unless somebody has asked for others', () => {
    expect(getEffectiveModes(triggered, { silver: { mode: 'continuous' }, gold: { drained: true } })).toEqual({
      ...triggered,
      silver: 'continuous',
    });
  });

  it('let files flow only where all layers are always on', () => {
    expect(isStreaming(continuous)).toBe(true);
    expect(isStreaming({ ...continuous, gold: 'triggered' })).toBe(false);
  });

  it('want a stream up unless it was asked to drain', () => {
    expect(isWanted('gold', continuous, {})).toBe(true);
    expect(isWanted('gold', continuous, { gold: { drained: true } })).toBe(false);
    expect(isWanted('gold', triggered, {})).toBe(false);
  });
});

describe('nextOf', () => {
  it('starts a run that failed again, in its own words', () => {
    expect(decideRestart(failed, given)).toMatchObject({
      kind: 'restart',
      failures: 1,
      reason: 'The run ended with RUN_EXECUTION_ERROR. It broke.',
    });
  });

  it('gives up after so many failures in a row', () => {
    expect(decideRestart(failed, { ...given, failures: 3 })).toMatchObject({ kind: 'halt', failures: 4 });
  });

  it('counts anew after a micro-batch that was done', () => {
    expect(decideRestart(failed, { ...given, failures: 3, hasWorked: true })).toMatchObject({
      kind: 'restart',
      failures: 1,
    });
  });

  it('gives up at once on what will end the same', () => {
    const cancelled = { ...failed, code: 'USER_CANCELED', again: false };
    expect(decideRestart(cancelled, given)).toMatchObject({ kind: 'halt', failures: 1 });
  });

  it('goes on when the platform ended a run at its time limit', () => {
    expect(decideRestart({ ...failed, code: 'CANCELED', again: false }, given)).toMatchObject({ kind: 'restart' });
  });

  it('does not take a run that ended by itself for a success', () => {
    expect(decideRestart({ state: 'succeeded' }, given)).toMatchObject({
      kind: 'restart',
      reason: expect.stringContaining('nobody had asked'),
    });
  });

  it('waits longer each time, up to a bound, and never at the same moment as others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 }), fc.string(), (failures, seed) => {
        const next = decideRestart(failed, { ...given, failures, seed });
        const whole = Math.min(2 ** failures, policy.maxBackoffSeconds);
        if (next.kind !== 'restart') throw new Error('It was given up.');
        expect(next.seconds).toBeGreaterThanOrEqual(whole / 2);
        expect(next.seconds).toBeLessThanOrEqual(whole);
        expect(decideRestart(failed, { ...given, failures, seed })).toEqual(next);
      }),
    );
    expect(decideRestart(failed, given)).not.toEqual(decideRestart(failed, { ...given, seed: 'b' }));
  });
});

describe('a stream', () => {
  it('is asked to drain by a file of its own', () => {
    expect(drainPath(batch)).toBe(`drains/${batch}.json`);
  });

  it('that was given up says why and what to do', () => {
    expect(describeHalt('gold', 4, 'It broke.')).toBe(
      'The gold stream was given up after 4 failure(s) in a row. It broke. Remove the cause, then resume it: POST /api/streams/gold/resume.',
    );
  });
});
