import { describe, expect, it } from 'vitest';
import { hasProbePassed, isProbeDue, maxFailures, shouldHalt } from '../../../medallion/runs/pipeline-state.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { batch } from '../../support/samples.ts';

const resumed = { at: '2026-01-01T00:00:00Z' };
const run = (outcome: RunRecord['outcome'], startedAt = '2026-01-01T01:00:00Z'): RunRecord => ({
  batch,
  outcome,
  startedAt,
  files: 1,
  datasets: [],
  layers: [],
});
const failed = Array.from({ length: maxFailures }, () => run('failed'));

describe('shouldHalt', () => {
  it('halts when the newest runs have all failed', () => {
    expect(shouldHalt(failed, resumed)).toBe(true);
    expect(shouldHalt([run('running'), ...failed], resumed)).toBe(true);
  });

  it.for(['published', 'blocked', 'cancelled'] as const)('goes on when one of them was %s', (outcome) => {
    expect(shouldHalt([...failed.slice(1), run(outcome)], resumed)).toBe(false);
  });

  it('gives whoever resumes as many tries again', () => {
    const before = run('failed', '2025-12-31T00:00:00Z');
    expect(shouldHalt([...failed.slice(1), before], resumed)).toBe(false);
  });

  it('does not judge a pipeline that has hardly begun', () => {
    expect(shouldHalt(failed.slice(1), { at: '' })).toBe(false);
  });
});

describe('a probe', () => {
  const halted = { state: 'halted', actor: 'pipeline', reason: 'So.', at: '2026-01-01T00:00:00Z' } as const;
  const toNow = (minutes: number) => new Date(Date.parse(halted.at) + minutes * 60_000);

  it.for([
    [0, 15],
    [1, 30],
    [2, 60],
    [3, 120],
    [4, 240],
    [9, 240],
  ] as const)('number %i is due after %i minutes', ([probes, minutes]) => {
    const state = { ...halted, probes, probedAt: halted.at };
    expect(isProbeDue(state, toNow(minutes - 1))).toBe(false);
    expect(isProbeDue(state, toNow(minutes))).toBe(true);
  });

  it('is never due while a person has paused the pipeline', () => {
    expect(isProbeDue({ ...halted, state: 'paused' }, toNow(10_000))).toBe(false);
  });

  it('has passed if a run that began since did its work', () => {
    const probed = { ...halted, probedAt: '2026-01-01T01:00:00Z' };
    expect(hasProbePassed(run('published'), probed)).toBe(true);
    expect(hasProbePassed(run('blocked'), probed)).toBe(true);
    for (const outcome of ['failed', 'running', 'cancelled', 'skipped'] as const)
      expect(hasProbePassed(run(outcome), probed)).toBe(false);
    expect(hasProbePassed(run('published', '2026-01-01T00:59:00Z'), probed)).toBe(false);
    expect(hasProbePassed(undefined, probed)).toBe(false);
    expect(hasProbePassed(run('published'), halted)).toBe(false);
  });
});
