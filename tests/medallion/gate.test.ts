import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Counted,
  type GateRule,
  gateStatement,
  pinned,
  ruleKey,
  UnknownVersionError,
  weigh,
} from '../../medallion/gate.ts';

const rule = (name: string, change: Partial<GateRule> = {}): GateRule => ({
  name,
  table: 'silver.users',
  because: 'It would be wrong.',
  offenders: 'SELECT user_id FROM {silver.users} WHERE user_id IS NULL',
  tolerates: { kind: 'count', rows: 0 },
  action: 'block',
  ...change,
});

const counts = (...all: [GateRule, number, number?][]): Map<string, Counted> =>
  new Map(all.map(([each, offenders, rows = 0]) => [ruleKey(each), { rule: each.name, offenders, rows }]));

describe('gateStatement', () => {
  it('names each table once, at its version, and the schema behind gold', () => {
    const join = rule('a', { offenders: 'SELECT 1 FROM {silver.users} JOIN {gold.gym_summary} JOIN {silver.users}' });
    expect(gateStatement([join], { 'silver.users': 3, 'gold.gym_summary': 4 })).toBe(
      [
        'WITH silver__users AS (SELECT * FROM silver.users VERSION AS OF 3),',
        'gold__gym_summary AS (SELECT * FROM gold_staged.gym_summary VERSION AS OF 4)',
        "SELECT 'silver.users' AS table_name, 'a' AS rule, (SELECT count(*) FROM (SELECT 1 FROM silver__users JOIN gold__gym_summary JOIN silver__users)) AS offenders, 0 AS table_rows",
      ].join('\n'),
    );
  });

  it('refuses a table whose version nobody told', () => {
    expect(() => gateStatement([rule('a')], {})).toThrow(UnknownVersionError);
  });

  it('asks for all rules at once, and for the size of a table only where a share is tolerated', () => {
    const share = rule('second', { tolerates: { kind: 'percent', percent: 5 } });
    const statement = gateStatement([rule('first'), share], { 'silver.users': 7 });
    expect(statement.match(/UNION ALL/g)).toHaveLength(1);
    expect(statement).toContain('(SELECT count(*) FROM silver__users) AS table_rows');
  });
});

describe('weigh', () => {
  it('passes when nobody offends', () => {
    expect(weigh([rule('a')], counts([rule('a'), 0]))).toEqual({ outcome: 'passed', rules: 1 });
  });

  it('tolerates as many rows as the rule says, and not one more', () => {
    const lenient = rule('a', { tolerates: { kind: 'count', rows: 2 } });
    expect(weigh([lenient], counts([lenient, 2])).outcome).toBe('passed');
    expect(weigh([lenient], counts([lenient, 3])).outcome).toBe('blocked');
  });

  it('tolerates a share of the table, and not one row more', () => {
    const lenient = rule('a', { tolerates: { kind: 'percent', percent: 5 } });
    expect(weigh([lenient], counts([lenient, 5, 100])).outcome).toBe('passed');
    expect(weigh([lenient], counts([lenient, 6, 100])).outcome).toBe('blocked');
  });

  it('blocks on a rule that could not be evaluated, even if it only warns', () => {
    const failures = new Map([[ruleKey(rule('a')), 'No such column.']]);
    const verdict = weigh([rule('a', { action: 'warn' })], new Map(), failures);
    expect(verdict).toMatchObject({ outcome: 'blocked', breaches: [{ rule: 'a', because: 'No such column.' }] });
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
        const verdict = weigh(
          each.map((one) => one.rule),
          counts(...each.map((one): [GateRule, number] => [one.rule, one.offenders])),
        );
        const blocking = drawn.some(({ blocks, offenders, tolerated }) => blocks && offenders > tolerated);
        expect(verdict.outcome === 'blocked').toBe(blocking);
      }),
    );
  });
});
