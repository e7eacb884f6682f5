import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evaluateRules as evaluateRulesAt,
  getFingerprint,
  needsSize,
  type PreviousVerdict,
  type RuleCount,
  type RuleResults,
  reuseResults,
} from '../../../medallion/quality/gate.ts';
import { type GateRule, ruleKey } from '../../../medallion/quality/gate-statement.ts';
import { listRetainedTables } from '../../../medallion/quality/verdict.ts';
import { rule } from '../../support/rules.ts';

const at = '2026-01-01T00:00:00Z';
const evaluateRules = (rules: readonly GateRule[], results: RuleResults) => evaluateRulesAt(rules, results, at);

const createResults = (...counts: [GateRule, number, number?][]): { counts: Map<string, RuleCount> } => ({
  counts: new Map(
    counts.map(([{ name, table }, failingRows, rows = 0]) => [
      ruleKey({ name, table }),
      { rule: name, failingRows, rows },
    ]),
  ),
});

describe('evaluateRules', () => {
  it('passes when no row breaks a rule', () => {
    expect(evaluateRules([rule('a')], createResults([rule('a'), 0]))).toMatchObject({
      outcome: 'passed',
      rules: 1,
      evaluated: 1,
    });
  });

  it('tolerates as many rows as the rule says, and not one more', () => {
    const lenient = rule('a', { tolerates: { kind: 'count', rows: 2 } });
    expect(evaluateRules([lenient], createResults([lenient, 2])).outcome).toBe('passed');
    expect(evaluateRules([lenient], createResults([lenient, 3])).outcome).toBe('blocked');
  });

  it('tolerates a share of the table, and not one row more', () => {
    const lenient = rule('a', { tolerates: { kind: 'percent', percent: 5 } });
    expect(evaluateRules([lenient], createResults([lenient, 5, 100])).outcome).toBe('passed');
    expect(evaluateRules([lenient], createResults([lenient, 6, 100])).outcome).toBe('blocked');
  });

  it('needs the size of a table only for a percentage that rows break, and blocks without it', () => {
    const lenient = rule('a', { tolerates: { kind: 'percent', percent: 5 } });
    expect(needsSize(lenient, { rule: 'a', failingRows: 1 })).toBe(true);
    expect(needsSize(lenient, { rule: 'a', failingRows: 0 })).toBe(false);
    expect(needsSize(lenient, { rule: 'a', failingRows: 1, rows: 9 })).toBe(false);
    expect(needsSize(rule('a'), { rule: 'a', failingRows: 1 })).toBe(false);
    const createUnsized = (failingRows: number) => new Map([[ruleKey(lenient), { rule: 'a', failingRows }]]);
    expect(evaluateRules([lenient], { counts: createUnsized(1) }).outcome).toBe('blocked');
    expect(evaluateRules([lenient], { counts: createUnsized(0) }).outcome).toBe('passed');
  });

  it('blocks on a rule that could not be evaluated, even if it only warns', () => {
    const failures = new Map([[ruleKey(rule('a')), 'No such column.']]);
    const verdict = evaluateRules([rule('a', { action: 'warn' })], { counts: new Map(), failures });
    expect(verdict).toMatchObject({ outcome: 'blocked', violations: [{ rule: 'a', reason: 'No such column.' }] });
  });

  it('blocks exactly when a blocking rule is broken', () => {
    const draws = fc.array(fc.record({ blocks: fc.boolean(), failingRows: fc.nat(3), tolerated: fc.nat(3) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(draws, (drawn) => {
        const rules = drawn.map(({ blocks, tolerated }, index) =>
          rule(`r${index}`, { action: blocks ? 'block' : 'warn', tolerates: { kind: 'count', rows: tolerated } }),
        );
        const results = createResults(
          ...rules.map((drawnRule, index): [GateRule, number] => [drawnRule, drawn[index]?.failingRows ?? 0]),
        );
        const isBlocking = drawn.some(({ blocks, failingRows, tolerated }) => blocks && failingRows > tolerated);
        expect(evaluateRules(rules, results).outcome === 'blocked').toBe(isBlocking);
      }),
    );
  });
});

describe('a suspended rule', () => {
  const suspended = { until: '2026-01-01T01:00:00Z', reason: 'The source repairs it.', actor: 'fitness-data' };
  const lenient = rule('a', { suspended });

  it('is counted and named, and blocks nothing until its time is over', () => {
    const verdict = evaluateRules([lenient], createResults([lenient, 3]));
    expect(verdict).toMatchObject({
      outcome: 'warned',
      suspended: [{ rule: 'a', table: 'silver.users', actor: 'fitness-data' }],
      violations: [{ action: 'block', failingRows: 3, isSuspended: true }],
    });
    expect(evaluateRulesAt([lenient], createResults([lenient, 3]), suspended.until).outcome).toBe('blocked');
  });

  it('is named even while nothing breaks it, and forgiven when it cannot be evaluated', () => {
    expect(evaluateRules([lenient], createResults([lenient, 0]))).toMatchObject({
      outcome: 'passed',
      suspended: [{ rule: 'a' }],
    });
    expect(evaluateRules([lenient], { counts: new Map() }).outcome).toBe('warned');
  });

  it('counts again after its time although no table has moved', () => {
    const before = { versions: { 'silver.users': 1 }, verdict: evaluateRules([lenient], createResults([lenient, 3])) };
    const reused = reuseResults(before, [lenient], before.versions);
    expect(reused.size).toBe(1);
    expect(evaluateRulesAt([lenient], { counts: new Map(), reused }, suspended.until).outcome).toBe('blocked');
  });
});

describe('a rule that blocks some tables', () => {
  const partial = rule('a', { blocks: ['gold.gym_summary'] });

  it('lets the others go on', () => {
    const verdict = evaluateRules([partial], createResults([partial, 1]));
    expect(verdict.outcome).toBe('warned');
    expect(listRetainedTables(verdict)).toEqual(['gold.gym_summary']);
  });

  it('blocks them too when it cannot be evaluated, and nothing when it only warns', () => {
    expect(listRetainedTables(evaluateRules([partial], { counts: new Map() }))).toEqual(['gold.gym_summary']);
    const mild = rule('a', { ...partial, action: 'warn' });
    expect(listRetainedTables(evaluateRules([mild], createResults([mild, 1])))).toEqual([]);
  });

  it('gives way to one that blocks everything', () => {
    expect(evaluateRules([partial, rule('b')], createResults([partial, 1], [rule('b'), 1])).outcome).toBe('blocked');
  });
});

describe('getFingerprint', () => {
  it('does not depend on the order of the rules', () => {
    expect(getFingerprint([rule('a'), rule('b')])).toBe(getFingerprint([rule('b'), rule('a')]));
  });

  it('changes with every part of a rule that decides', () => {
    const parts = [
      { name: 'b' },
      { query: 'SELECT 1' },
      { action: 'warn' as const },
      { tolerates: { kind: 'count' as const, rows: 1 } },
      { blocks: ['gold.gym_summary'] },
      { contract: '2.0.0' },
    ];
    expect(
      new Set([rule('a'), ...parts.map((part) => rule('a', part))].map((changed) => getFingerprint([changed]))).size,
    ).toBe(7);
  });
});

describe('reuseResults', () => {
  const rules = [
    rule('a'),
    rule('b', { table: 'silver.gym_visits', query: 'SELECT 1 FROM {silver.gym_visits} JOIN {silver.users}' }),
  ];
  const versions = { 'silver.users': 1, 'silver.gym_visits': 1 };
  const createPrevious = (brokenRule?: GateRule): PreviousVerdict => ({
    versions,
    verdict: evaluateRules(
      rules,
      createResults(...rules.map((judged): [GateRule, number] => [judged, judged === brokenRule ? 1 : 0])),
    ),
  });

  it('reuses results where no table has moved, the broken rule still broken', () => {
    const reused = reuseResults(createPrevious(rules[0]), rules, versions);
    expect(evaluateRules(rules, { counts: new Map(), reused })).toMatchObject({
      outcome: 'blocked',
      evaluated: 0,
      violations: [{ rule: 'a', failingRows: 1 }],
    });
  });

  it('counts again wherever one of the tables has moved', () => {
    expect([...reuseResults(createPrevious(), rules, { ...versions, 'silver.gym_visits': 2 }).keys()]).toEqual([
      'silver.users/a',
    ]);
    expect([...reuseResults(createPrevious(), rules, { ...versions, 'silver.users': 2 }).keys()]).toEqual([]);
  });

  it('counts everything again when a rule has changed, and when there is no previous verdict', () => {
    expect(reuseResults(createPrevious(), [...rules, rule('c')], versions).size).toBe(0);
    expect(reuseResults(undefined, rules, versions).size).toBe(0);
  });

  it('counts again what depends on the time or on the last release', () => {
    const late = [rule('a', { query: 'SELECT 1 FROM {silver.users} WHERE updated > current_timestamp()' })];
    const verdict = evaluateRules(late, createResults(...late.map((judged): [GateRule, number] => [judged, 0])));
    expect(reuseResults({ versions, verdict }, late, versions).size).toBe(0);
  });

  it('counts again what could not be evaluated', () => {
    const failed = { versions, verdict: evaluateRules(rules, { counts: new Map(), failures: new Map() }) };
    expect(reuseResults(failed, rules, versions).size).toBe(0);
  });
});
