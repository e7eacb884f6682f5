import { describe, expect, it } from 'vitest';
import { maxFailures, shouldHalt } from '../../../medallion/runs/pipeline-state.ts';
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
