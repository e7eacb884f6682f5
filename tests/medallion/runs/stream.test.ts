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
const failed = { state: 'ended', code: 'RUN_EXECUTION_ERROR', reason: 'It broke.', isRetryable: true } as const;
const context = { failures: 0, hasWorked: false, policy, seed: 'a' };

describe('the modes of the layers', () => {
  it('are those of the environment, unless somebody has set others', () => {
    expect(getEffectiveModes(triggered, { silver: { mode: 'continuous' }, gold: { paused: true } })).toEqual({
      ...triggered,
      silver: 'continuous',
    });
  });

  it('let files flow only where all layers are always on', () => {
    expect(isStreaming(continuous)).toBe(true);
    expect(isStreaming({ ...continuous, gold: 'triggered' })).toBe(false);
  });

  it('want a stream up unless it is paused', () => {
    expect(isWanted('gold', continuous, {})).toBe(true);
    expect(isWanted('gold', continuous, { gold: { paused: true } })).toBe(false);
    expect(isWanted('gold', triggered, {})).toBe(false);
  });
});

describe('decideRestart', () => {
  it('starts a run that failed again, in its own words', () => {
    expect(decideRestart(failed, context)).toMatchObject({
      kind: 'restart',
      failures: 1,
      reason: 'The run ended with RUN_EXECUTION_ERROR. It broke.',
    });
  });

  it('halts after so many failures in a row', () => {
    expect(decideRestart(failed, { ...context, failures: 3 })).toMatchObject({ kind: 'halt', failures: 4 });
  });

  it('counts anew after a micro-batch that was done', () => {
    expect(decideRestart(failed, { ...context, failures: 3, hasWorked: true })).toMatchObject({
      kind: 'restart',
      failures: 1,
    });
  });

  it('halts at once on what will end the same', () => {
    const cancelled = { ...failed, code: 'USER_CANCELED', isRetryable: false };
    expect(decideRestart(cancelled, context)).toMatchObject({ kind: 'halt', failures: 1 });
  });

  it('goes on when the platform ended a run at its time limit', () => {
    expect(decideRestart({ ...failed, code: 'CANCELED', isRetryable: false }, context)).toMatchObject({
      kind: 'restart',
    });
  });

  it('does not take a run that ended by itself for a success', () => {
    expect(decideRestart({ state: 'succeeded' }, context)).toMatchObject({
      kind: 'restart',
      reason: expect.stringContaining('Nobody had asked'),
    });
  });

  it('waits longer each time, up to a bound, and never at the same moment as others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 }), fc.string(), (failures, seed) => {
        const next = decideRestart(failed, { ...context, failures, seed });
        const whole = Math.min(2 ** failures, policy.maxBackoffSeconds);
        if (next.kind !== 'restart') throw new Error('It was halted.');
        expect(next.seconds).toBeGreaterThanOrEqual(whole / 2);
        expect(next.seconds).toBeLessThanOrEqual(whole);
        expect(decideRestart(failed, { ...context, failures, seed })).toEqual(next);
      }),
    );
    expect(decideRestart(failed, context)).not.toEqual(decideRestart(failed, { ...context, seed: 'b' }));
  });
});

describe('a stream', () => {
  it('is told to drain by a file of its own', () => {
    expect(drainPath(batch)).toBe(`drain-requests/${batch}.json`);
  });

  it('that is halted says why and what to do', () => {
    expect(describeHalt('gold', 4, 'It broke.')).toBe(
      'The gold stream was halted after 4 failure(s) in a row. It broke. Remove the cause, then resume it: PATCH /api/streams/gold with {"paused": false}.',
    );
  });
});
