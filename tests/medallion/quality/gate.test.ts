import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  getFingerprint,
  needsSize,
  type PreviousVerdict,
  type RuleCount,
  type RuleResults,
  reuseResults,
  ruleKey,
  evaluateRules as weighAt,
} from '../../../medallion/quality/gate.ts';
import type { GateRule } from '../../../medallion/quality/gate-statement.ts';
import { listRetainedTables } from '../../../medallion/quality/verdict.ts';
import { rule } from '../../support/rules.ts';

const at = '2026-01-01T00:00:00Z';
const evaluateRules = (rules: readonly GateRule[], results: RuleResults) => weighAt(rules, results, at);

const counts = (...all: [GateRule, number, number?][]): { counted: Map<string, RuleCount> } => ({
  counted: new Map(all.map(([each, offenders, rows = 0]) => [ruleKey(each), { rule: each.name, offenders, rows }])),
});

describe('weigh', () => {
  it('passes when nobody offends', () => {
    expect(evaluateRules([rule('a')], counts([rule('a'), 0]))).toMatchObject({
      outcome: 'passed',
      rules: 1,
      evaluated: 1,
    });
  });

  it('tolerates as many rows as the rule says, and not one more', () => {
    const lenient = rule('a', { tolerates: { kind: 'count', rows: 2 } });
    expect(evaluateRules([lenient], counts([lenient, 2])).outcome).toBe('passed');
    expect(evaluateRules([lenient], counts([lenient, 3])).outcome).toBe('blocked');
  });

  it('tolerates a share of the table, and not one row more', () => {
    const lenient = rule('a', { tolerates: { kind: 'percent', percent: 5 } });
    expect(evaluateRules([lenient], counts([lenient, 5, 100])).outcome).toBe('passed');
    expect(evaluateRules([lenient], counts([lenient, 6, 100])).outcome).toBe('blocked');
  });

  it('needs the size of a table only for a percentage of which there are offenders, and blocks without it', () => {
    const lenient = rule('a', { tolerates: { kind: 'percent', percent: 5 } });
    expect(needsSize(lenient, { rule: 'a', offenders: 1 })).toBe(true);
    expect(needsSize(lenient, { rule: 'a', offenders: 0 })).toBe(false);
    expect(needsSize(lenient, { rule: 'a', offenders: 1, rows: 9 })).toBe(false);
    expect(needsSize(rule('a'), { rule: 'a', offenders: 1 })).toBe(false);
    const unsized = (offenders: number) => new Map([[ruleKey(lenient), { rule: 'a', offenders }]]);
    expect(evaluateRules([lenient], { counted: unsized(1) }).outcome).toBe('blocked');
    expect(evaluateRules([lenient], { counted: unsized(0) }).outcome).toBe('passed');
  });

  it('blocks on a rule that could not be evaluated, even if it only warns', () => {
    const failures = new Map([[ruleKey(rule('a')), 'No such column.']]);
    const verdict = evaluateRules([rule('a', { action: 'warn' })], { counted: new Map(), failures });
    expect(verdict).toMatchObject({ outcome: 'blocked', violations: [{ rule: 'a', reason: 'No such column.' }] });
  });

  it('blocks exactly when a blocking rule is broken', () => {
    const rules = fc.array(fc.record({ blocks: fc.boolean(), offenders: fc.nat(3), tolerated: fc.nat(3) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(rules, (drawn) => {
        const each = drawn.map(({ blocks, offenders, tolerated }, at) => ({
          offenders,
          rule: rule(`r${at}`, { action: blocks ? 'block' : 'warn', tolerates: { kind: 'count', rows: tolerated } }),
        }));
        const results = counts(...each.map((one): [GateRule, number] => [one.rule, one.offenders]));
        const verdict = evaluateRules(
          each.map((one) => one.rule),
          results,
        );
        const blocking = drawn.some(({ blocks, offenders, tolerated }) => blocks && offenders > tolerated);
        expect(verdict.outcome === 'blocked').toBe(blocking);
      }),
    );
  });
});

describe('a suspended rule', () => {
  const suspended = { until: '2026-01-01T01:00:00Z', reason: 'The source repairs it.', actor: 'fitness-data' };
  const lenient = rule('a', { suspended });

  it('is counted and told, and blocks nothing until its time is over', () => {
    const verdict = evaluateRules([lenient], counts([lenient, 3]));
    expect(verdict).toMatchObject({
      outcome: 'warned',
      suspended: [{ rule: 'a', table: 'silver.users', actor: 'fitness-data' }],
      violations: [{ action: 'block', offenders: 3, isSuspended: true }],
    });
    expect(weighAt([lenient], counts([lenient, 3]), suspended.until).outcome).toBe('blocked');
  });

  it('is told even while nobody breaks it, and forgiven when it cannot be evaluated', () => {
    expect(evaluateRules([lenient], counts([lenient, 0]))).toMatchObject({
      outcome: 'passed',
      suspended: [{ rule: 'a' }],
    });
    expect(evaluateRules([lenient], { counted: new Map() }).outcome).toBe('warned');
  });

  it('counts again after its time although no table has moved', () => {
    const before = { versions: { 'silver.users': 1 }, verdict: evaluateRules([lenient], counts([lenient, 3])) };
    const settled = reuseResults(before, [lenient], before.versions);
    expect(settled.size).toBe(1);
    expect(weighAt([lenient], { counted: new Map(), settled }, suspended.until).outcome).toBe('blocked');
  });
});

describe('a rule that holds some tables', () => {
  const holding = rule('a', { blocks: ['gold.gym_summary'] });

  it('lets the others go on', () => {
    const verdict = evaluateRules([holding], counts([holding, 1]));
    expect(verdict.outcome).toBe('warned');
    expect(listRetainedTables(verdict)).toEqual(['gold.gym_summary']);
  });

  it('holds them too when it cannot be evaluated, and nothing when it only warns', () => {
    expect(listRetainedTables(evaluateRules([holding], { counted: new Map() }))).toEqual(['gold.gym_summary']);
    const mild = rule('a', { ...holding, action: 'warn' });
    expect(listRetainedTables(evaluateRules([mild], counts([mild, 1])))).toEqual([]);
  });

  it('gives way to one that blocks everything', () => {
    expect(evaluateRules([holding, rule('b')], counts([holding, 1], [rule('b'), 1])).outcome).toBe('blocked');
  });
});

describe('fingerprintOf', () => {
  it('does not depend on the order of the rules', () => {
    expect(getFingerprint([rule('a'), rule('b')])).toBe(getFingerprint([rule('b'), rule('a')]));
  });

  it('changes with every part of a rule that decides', () => {
    const parts = [
      { name: 'b' },
      { offenders: 'SELECT 1' },
      { action: 'warn' as const },
      { tolerates: { kind: 'count' as const, rows: 1 } },
      { blocks: ['gold.gym_summary'] },
      { contract: '2.0.0' },
    ];
    expect(
      new Set([rule('a'), ...parts.map((part) => rule('a', part))].map((each) => getFingerprint([each]))).size,
    ).toBe(7);
  });
});

describe('settledBy', () => {
  const rules = [
    rule('a'),
    rule('b', { table: 'silver.gym_visits', offenders: 'SELECT 1 FROM {silver.gym_visits} JOIN {silver.users}' }),
  ];
  const versions = { 'silver.users': 1, 'silver.gym_visits': 1 };
  const previous = (offending?: GateRule): PreviousVerdict => ({
    versions,
    verdict: evaluateRules(
      rules,
      counts(...rules.map((each): [GateRule, number] => [each, each === offending ? 1 : 0])),
    ),
  });

  it('lets a judgement stand where no table has moved, the broken rule still broken', () => {
    const settled = reuseResults(previous(rules[0]), rules, versions);
    expect(evaluateRules(rules, { counted: new Map(), settled })).toMatchObject({
      outcome: 'blocked',
      evaluated: 0,
      violations: [{ rule: 'a', offenders: 1 }],
    });
  });

  it('asks again wherever one of the tables has moved', () => {
    expect([...reuseResults(previous(), rules, { ...versions, 'silver.gym_visits': 2 }).keys()]).toEqual([
      'silver.users/a',
    ]);
    expect([...reuseResults(previous(), rules, { ...versions, 'silver.users': 2 }).keys()]).toEqual([]);
  });

  it('asks everything again when a rule has changed, and when there is no precedent', () => {
    expect(reuseResults(previous(), [...rules, rule('c')], versions).size).toBe(0);
    expect(reuseResults(undefined, rules, versions).size).toBe(0);
  });

  it('asks again what depends on the time or on the last release', () => {
    const late = [rule('a', { offenders: 'SELECT 1 FROM {silver.users} WHERE updated > current_timestamp()' })];
    const verdict = evaluateRules(late, counts(...late.map((each): [GateRule, number] => [each, 0])));
    expect(reuseResults({ versions, verdict }, late, versions).size).toBe(0);
  });

  it('asks again what could not be evaluated', () => {
    const failed = { versions, verdict: evaluateRules(rules, { counted: new Map(), failures: new Map() }) };
    expect(reuseResults(failed, rules, versions).size).toBe(0);
  });
});
