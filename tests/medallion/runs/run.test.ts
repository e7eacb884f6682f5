import { expect, it } from 'vitest';
import { describeRetained, RunRecord, toShortRecord } from '../../../medallion/runs/run.ts';
import { publishedRun } from '../../support/samples.ts';

it('describeRetained says which tables of a release stay as they were, if any do', () => {
  expect(describeRetained(['gold.a', 'gold.b'], [{}])).toEqual({
    reason: 'gold.a, gold.b stay as they were.',
  });
  expect(describeRetained([], [])).toEqual({});
});

it('the record of a run reads back as it was written', () => {
  expect(RunRecord.parse(JSON.parse(JSON.stringify(publishedRun)))).toEqual(publishedRun);
  expect(RunRecord.safeParse({ ...publishedRun, outcome: 'held' }).success).toBe(false);
});

it('a short record keeps what is short, and the beginning of what is long', () => {
  expect(toShortRecord(publishedRun)).toEqual(publishedRun);
  const verdict = {
    outcome: 'blocked',
    rules: 1,
    evaluated: 1,
    fingerprint: 'f',
    violations: [{ rule: 'r', table: 'gold.a', action: 'block', reason: 'x'.repeat(2000) }],
  } as const;
  const record = { layer: 'gold', jobRuns: ['1'], outcome: 'blocked', startedAt: publishedRun.startedAt } as const;
  const run = RunRecord.parse({ ...publishedRun, reason: 'x'.repeat(2000), layers: [{ ...record, verdict }] });
  const short = toShortRecord(run);
  expect(short.reason).toHaveLength(1000);
  expect(short.layers[0]?.verdict).toMatchObject({ violations: [{ rule: 'r', reason: `${'x'.repeat(299)}…` }] });
});
