import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../medallion/quality/verdict.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import {
  describeEnd,
  describeVerdicts,
  endUnjudged,
  withBuilt,
  withLayer,
  withVerdict,
} from '../../../medallion/runs/run-progress.ts';
import { publishedRun } from '../../support/samples.ts';

const at = '2026-01-01T00:00:00Z';
const summary = { rules: 1, evaluated: 1, fingerprint: 'f' };
const passed: Verdict = { outcome: 'passed', ...summary };
const violation = { rule: 'r', table: 'silver.t', action: 'block' as const, failingRows: 1, reason: 'Wrong.' };
const blocked: Verdict = { outcome: 'blocked', ...summary, violations: [violation] };
const empty: RunRecord = { ...publishedRun, layers: [] };
const begun = withLayer(empty, { layer: 'silver', startedAt: at, outcome: 'running', jobRuns: [] });
const built = withBuilt(begun, 'silver', { jobRuns: ['1'], versions: { 'silver.t': 1 } }, at);

describe('a layer of a run', () => {
  it('is still to be judged when it is built', () => {
    expect(built.layers).toMatchObject([{ outcome: 'running', versions: { 'silver.t': 1 } }]);
    expect(describeEnd(built)).toBeUndefined();
  });

  it('has failed when it was not built', () => {
    const failed = withBuilt(begun, 'silver', { jobRuns: ['1'], reason: 'It died.' }, at);
    expect(describeEnd(failed)).toEqual({ outcome: 'failed', reason: 'It died.' });
    expect(describeEnd(withBuilt(begun, 'silver', { jobRuns: [] }, at))?.reason).toContain('did not say why');
  });

  it.for([
    [passed, 'passed', undefined],
    [blocked, 'blocked', "Rule 'r' of 'silver.t' is broken by 1 row: Wrong."],
    ['Away.', 'failed', 'Away.'],
  ] as const)('ends as it is judged', ([verdict, outcome, reason]) => {
    const judged = withVerdict(built, 'silver', verdict, at);
    expect(judged.layers).toMatchObject([{ outcome }]);
    expect(describeEnd(judged)?.reason).toBe(reason);
  });

  it('stays as it is without a verdict', () => {
    expect(withVerdict(built, 'silver', undefined, at)).toBe(built);
    expect(withVerdict(built, undefined, passed, at)).toBe(built);
  });

  it('is not judged where one below did not pass', () => {
    expect(endUnjudged(built).layers).toMatchObject([
      { outcome: 'blocked', reason: expect.stringContaining('not judged') },
    ]);
  });
});

it('the verdicts of a run say what is broken, over all layers', () => {
  expect(describeVerdicts(withVerdict(built, 'silver', blocked, at))).toContain('Wrong.');
  expect(describeVerdicts(withVerdict(built, 'silver', passed, at))).toBe('');
});
