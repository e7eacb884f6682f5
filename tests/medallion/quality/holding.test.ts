import { describe, expect, it } from 'vitest';
import { getFingerprint } from '../../../medallion/quality/gate.ts';
import { createGateStatement } from '../../../medallion/quality/gate-statement.ts';
import { listHolding } from '../../../medallion/quality/holding.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { createRun } from '../../support/batches.ts';
import { createTableContract } from '../../support/fake-ports.ts';
import { rule } from '../../support/rules.ts';

const query = 'SELECT id FROM {gold.a} WHERE id IS NULL';
const plain = { ...rule('plain', { query }), table: 'gold.a' };
const broken = { ...rule('broken', { query, action: 'warn' }), table: 'gold.a' };
const share = { ...rule('share', { query, tolerates: { kind: 'percent', percent: 5 } }), table: 'gold.a' };
const rules = [plain, broken, share];
const violation = { rule: 'broken', table: 'gold.a', action: 'warn' as const, failingRows: 1, reason: 'r' };
const verdict = {
  outcome: 'warned' as const,
  rules: 3,
  evaluated: 3,
  fingerprint: getFingerprint(rules),
  violations: [violation],
};
const published: RunRecord = {
  ...createRun(1, 'published', { release: 'r-1' }),
  layers: [{ layer: 'gold', jobRuns: [], outcome: 'passed', startedAt: '', verdict }],
};
const current = { release: 'r-1', publishedAs: 'r-1', publishedAt: '' };
const state = { number: 1, rounds: {}, current };

describe('the rules that hold for what readers see', () => {
  it('are those that held when it was published, and that no size is needed for', () => {
    expect([...listHolding(rules, published, state)]).toEqual(['gold.a/plain']);
  });

  it.for([
    ['after a roll back', rules, { ...state, current: { ...current, publishedAs: 'r-1-again' } }],
    ['before the first release', rules, undefined],
    ['after a rule has changed', [{ ...plain, query: `${query} OR id = 'x'` }, broken, share], state],
  ] as const)('are none %s', ([, now, seen]) => {
    expect(listHolding(now, published, seen).size).toBe(0);
  });

  it('are evaluated on the rows that have changed since', () => {
    const statement = createGateStatement(rules, {
      versions: { 'gold.a': 3 },
      published: { 'gold.a': 2 },
      contracts: new Map([['gold.a', createTableContract('gold.a')]]),
      holding: new Set(['gold.a/plain']),
    });
    expect(statement).toMatch(/gold__a AS \(SELECT t.id FROM gold_published.a AS t LEFT ANTI JOIN/);
    expect(statement).toMatch(/gold__a__changes AS \(SELECT _new.id FROM \(/);
    expect(statement).toMatch(/'plain', c0\) AS \(rule, failing_rows\) FROM \(.* FROM gold__a__changes/);
  });
});
