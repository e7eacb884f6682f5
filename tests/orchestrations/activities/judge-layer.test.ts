import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../medallion/ports/world.ts';
import { ruleKey, weigh } from '../../../medallion/quality/gate.ts';
import { judgeLayer } from '../../../orchestrations/activities/judge-layer.ts';
import { batch } from '../../support/samples.ts';
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
const none = { kind: 'rows' as const, rows: [] };
const silver = { batch, layer: 'silver', versions: { 'silver.users': 1 } };

describe('judgeLayer', () => {
  it('counts all rules of its layer, and of no other, in one statement', async () => {
    const world = smallWorld({ tables, answer: () => ({ kind: 'rows', rows: [row('a', 0), row('b', 0)] }) });

    expect(await judgeLayer.in(world)(silver)).toMatchObject({ outcome: 'passed', rules: 2, evaluated: 2 });
    expect(world.asked).toHaveLength(1);
  });

  it('weighs what was counted', async () => {
    const answer = (statement: string) =>
      statement.includes('to_json') ? none : { kind: 'rows' as const, rows: [row('a', 0), row('b', 3)] };
    const world = smallWorld({ tables, answer });
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

    expect(await judgeLayer.in(smallWorld({ tables, answer }))(silver)).toMatchObject({
      outcome: 'blocked',
      rules: 2,
      breaches: [{ rule: 'a', table: 'silver.users', action: 'block', because: 'No such column.' }],
    });
  });

  it('blocks when a version is unknown', async () => {
    const verdict = await judgeLayer.in(smallWorld({ tables }))({ batch, layer: 'silver', versions: {} });
    expect(verdict).toMatchObject({
      outcome: 'blocked',
      breaches: [{ because: "No version of table 'silver.users' is known to this gate." }, {}],
    });
  });

  it('does not count again what was judged on the same versions', async () => {
    const rules = tables
      .filter(({ layer }) => layer === 'silver')
      .flatMap(({ table, tableRules, version }) => tableRules.map((each) => ({ ...each, table, contract: version })));
    const verdict = weigh(
      rules,
      {
        counted: new Map(rules.map((each) => [ruleKey(each), { rule: each.name, offenders: 0, rows: 1 }])),
      },
      '',
    );
    const layers = [
      {
        layer: 'silver' as const,
        jobRuns: [],
        outcome: 'passed' as const,
        startedAt: '',
        verdict,
        versions: silver.versions,
      },
    ];
    const run = { batch, outcome: 'published' as const, files: 1, datasets: [], startedAt: '', layers };
    const world = smallWorld({ tables, registry: { runs: async () => ({ rows: [run] }) } });

    expect(await judgeLayer.in(world)(silver)).toMatchObject({ ...verdict, evaluated: 0 });
    expect(world.asked).toEqual([]);
  });

  it('takes over what an early verdict has counted at the same versions, and asks for the rest', async () => {
    const world = smallWorld({ tables, answer: () => ({ kind: 'rows', rows: [row('a', 0), row('b', 0)] }) });
    const verdict = await judgeLayer.in(world)({ layer: 'silver', versions: silver.versions });
    expect([world.asked.length, [...world.texts.keys()]]).toEqual([1, []]);

    const early = { versions: silver.versions, verdict };
    expect(await judgeLayer.in(world)({ ...silver, early })).toMatchObject({ outcome: 'passed', evaluated: 0 });
    expect(world.asked).toHaveLength(1);
    await judgeLayer.in(world)({ ...silver, versions: { 'silver.users': 2 }, early });
    expect(world.asked).toHaveLength(2);
  });

  describe('of a rule in percent', () => {
    const lenient = { name: 'a', tolerates: { kind: 'percent' as const, percent: 50 } };
    const judge = async (offenders: number, sizes: Answer) => {
      const counted = { kind: 'rows' as const, rows: [{ ...row('a', offenders), table_rows: null }] };
      const answer = (statement: string) => {
        if (statement.includes('to_json')) return none;
        return statement.includes("'a' AS rule") ? counted : sizes;
      };
      const world = smallWorld({ tables: [tableOf('silver.users', lenient)], answer });
      return { verdict: await judgeLayer.in(world)(silver), asked: world.asked.length };
    };
    const of = (size: number) => ({
      kind: 'rows' as const,
      rows: [{ table_name: 'silver.users', table_rows: BigInt(size) }],
    });

    it('asks for the size of the table where there are offenders', async () => {
      expect(await judge(5, of(10))).toMatchObject({ verdict: { outcome: 'passed' }, asked: 2 });
      expect(await judge(6, of(10))).toMatchObject({ verdict: { outcome: 'blocked', breaches: [{ offenders: 6 }] } });
      expect(await judge(0, of(0))).toMatchObject({ verdict: { outcome: 'passed' }, asked: 1 });
    });

    it('blocks when the size cannot be had', async () => {
      const breaches = [{ rule: 'a', because: 'Gone.' }];
      expect(await judge(1, { kind: 'refused', because: 'Gone.' })).toMatchObject({ verdict: { breaches } });
      expect(await judge(1, none)).toMatchObject({ verdict: { outcome: 'blocked', breaches: [{ rule: 'a' }] } });
    });
  });

  it('leaves the whole verdict in the lake, with examples that the run does not carry', async () => {
    const answer = (statement: string) =>
      statement.includes('to_json')
        ? { kind: 'rows' as const, rows: [{ table_name: 'silver.users', rule: 'b', example: '{"id":"7"}' }] }
        : { kind: 'rows' as const, rows: [row('a', 0), row('b', 3)] };
    const world = smallWorld({ tables, answer });

    const verdict = await judgeLayer.in(world)(silver);

    const { kept } = verdict as { kept: string };
    expect(kept).toMatch(new RegExp(`^verdicts/${batch}/silver-[0-9a-f]{12}\\.json$`));
    expect(JSON.parse(world.texts.get(kept) ?? '')).toMatchObject({
      versions: silver.versions,
      verdict: { outcome: 'warned' },
      examples: { 'silver.users/b': [{ id: '7' }] },
    });
    expect(JSON.stringify(verdict)).not.toContain('"7"');
  });

  it('blocks when the warehouse leaves a rule out', async () => {
    const world = smallWorld({ tables, answer: () => ({ kind: 'rows', rows: [row('a', 0)] }) });
    expect(await judgeLayer.in(world)(silver)).toMatchObject({ outcome: 'blocked', breaches: [{ rule: 'b' }] });
  });
});
