import { expect, it } from 'vitest';
import { describeRetained, RunRecord } from '../../../medallion/runs/run.ts';
import { publishedRun } from '../../support/samples.ts';

it('describeRetained says which tables of a release stay as they were, if any do', () => {
  expect(describeRetained(['gold.a', 'gold.b'])).toEqual({
    reason: 'gold.a, gold.b stay as they were: a rule blocks them.',
  });
  expect(describeRetained([])).toEqual({});
});

it('the record of a run reads back as it was written', () => {
  expect(RunRecord.parse(JSON.parse(JSON.stringify(publishedRun)))).toEqual(publishedRun);
  expect(RunRecord.safeParse({ ...publishedRun, outcome: 'held' }).success).toBe(false);
});
