import { describe, expect, it } from 'vitest';
import { judgeLayer } from '../../../orchestrations/activities/judge-layer.ts';
import { smallWorld, tableOf } from '../../support/world.ts';

const tables = [
  tableOf('silver.users', { name: 'a' }, { name: 'b', action: 'warn' }),
  tableOf('gold.gym_summary', { name: 'c' }),
];
const row = (rule: string, offenders: number) => ({
  table_name: 'silver.users',
  rule,
  offenders: BigInt(offenders),
  table_rows: 10n,
});
const silver = { layer: 'silver', versions: { 'silver.users': 1 } };

describe('judgeLayer', () => {
  it('counts all rules of its layer, and of no other, in one statement', async () => {
    const world = smallWorld({ tables, answer: () => ({ kind: 'rows', rows: [row('a', 0), row('b', 0)] }) });

    expect(await judgeLayer.in(world)(silver)).toEqual({ outcome: 'passed', rules: 2 });
    expect(world.asked).toHaveLength(1);
  });

  it('weighs what was counted', async () => {
    const world = smallWorld({ tables, answer: () => ({ kind: 'rows', rows: [row('a', 0), row('b', 3)] }) });
    expect(await judgeLayer.in(world)(silver)).toMatchObject({
      outcome: 'warned',
      breaches: [{ rule: 'b', offenders: 3 }],
    });
  });

  it('names the one rule that cannot be evaluated, and blocks', async () => {
    const answer = (statement: string) =>
      statement.includes("'a'")
        ? { kind: 'refused' as const, because: 'No such column.' }
        : { kind: 'rows' as const, rows: [row('b', 0)] };

    expect(await judgeLayer.in(smallWorld({ tables, answer }))(silver)).toEqual({
      outcome: 'blocked',
      rules: 2,
      breaches: [{ rule: 'a', table: 'silver.users', action: 'block', because: 'No such column.' }],
    });
  });

  it('blocks when a version is unknown', async () => {
    const verdict = await judgeLayer.in(smallWorld({ tables }))({ layer: 'silver', versions: {} });
    expect(verdict).toMatchObject({
      outcome: 'blocked',
      breaches: [{ because: "No version of table 'silver.users' is known to this gate." }, {}],
    });
  });

  it('blocks when the warehouse leaves a rule out', async () => {
    const world = smallWorld({ tables, answer: () => ({ kind: 'rows', rows: [row('a', 0)] }) });
    expect(await judgeLayer.in(world)(silver)).toMatchObject({ outcome: 'blocked', breaches: [{ rule: 'b' }] });
  });
});
