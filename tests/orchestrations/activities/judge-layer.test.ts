import { describe, expect, it } from 'vitest';
import type { QueryResult } from '../../../medallion/ports/index.ts';
import { evaluateRules, ruleKey } from '../../../medallion/quality/gate.ts';
import { judgeLayer } from '../../../orchestrations/activities/judge-layer.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

const tables = [
  createTableContract('silver.users', { name: 'a' }, { name: 'b', action: 'warn' }),
  createTableContract('gold.gym_summary', { name: 'c' }),
];
const row = (rule: string, failingRows: number) => ({
  table_name: 'silver.users',
  rule,
  failingRows: BigInt(failingRows),
  table_rows: 10n,
});
const none = { kind: 'rows' as const, rows: [] };
const silver = { batch, layer: 'silver', versions: { 'silver.users': 1 } };

describe('judgeLayer', () => {
  it('counts all rules of its layer, and of no other, in one statement', async () => {
    const ports = createFakePorts({ tables, answer: () => ({ kind: 'rows', rows: [row('a', 0), row('b', 0)] }) });

    expect(await judgeLayer.in(ports)(silver)).toMatchObject({ outcome: 'passed', rules: 2, evaluated: 2 });
    expect(ports.asked).toHaveLength(1);
  });

  it('weighs what was counted', async () => {
    const answer = (statement: string) =>
      statement.includes('to_json') ? none : { kind: 'rows' as const, rows: [row('a', 0), row('b', 3)] };
    const ports = createFakePorts({ tables, answer });
    expect(await judgeLayer.in(ports)(silver)).toMatchObject({
      outcome: 'warned',
      violations: [{ rule: 'b', failingRows: 3 }],
    });
  });

  it('names the one rule that cannot be evaluated, and blocks', async () => {
    const answer = (statement: string) =>
      statement.includes("'a'")
        ? { kind: 'rejected' as const, reason: 'No such column.' }
        : { kind: 'rows' as const, rows: [row('b', 0)] };

    expect(await judgeLayer.in(createFakePorts({ tables, answer }))(silver)).toMatchObject({
      outcome: 'blocked',
      rules: 2,
      violations: [{ rule: 'a', table: 'silver.users', action: 'block', reason: 'No such column.' }],
    });
  });

  it('blocks when a version is unknown', async () => {
    const verdict = await judgeLayer.in(createFakePorts({ tables }))({ batch, layer: 'silver', versions: {} });
    expect(verdict).toMatchObject({
      outcome: 'blocked',
      violations: [{ reason: "No version of table 'silver.users' is known to this gate." }, {}],
    });
  });

  it('does not count again what was judged on the same versions', async () => {
    const rules = tables
      .filter(({ layer }) => layer === 'silver')
      .flatMap(({ table, tableRules, version }) => tableRules.map((each) => ({ ...each, table, contract: version })));
    const verdict = evaluateRules(
      rules,
      {
        counted: new Map(rules.map((each) => [ruleKey(each), { rule: each.name, failingRows: 0, rows: 1 }])),
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
    const ports = createFakePorts({ tables, registry: { runs: async () => ({ rows: [run] }) } });

    expect(await judgeLayer.in(ports)(silver)).toMatchObject({ ...verdict, evaluated: 0 });
    expect(ports.asked).toEqual([]);
  });

  it('takes over what an early verdict has counted at the same versions, and asks for the rest', async () => {
    const ports = createFakePorts({ tables, answer: () => ({ kind: 'rows', rows: [row('a', 0), row('b', 0)] }) });
    const verdict = await judgeLayer.in(ports)({ layer: 'silver', versions: silver.versions });
    expect([ports.asked.length, [...ports.texts.keys()]]).toEqual([1, []]);

    const early = { versions: silver.versions, verdict };
    expect(await judgeLayer.in(ports)({ ...silver, early })).toMatchObject({ outcome: 'passed', evaluated: 0 });
    expect(ports.asked).toHaveLength(1);
    await judgeLayer.in(ports)({ ...silver, versions: { 'silver.users': 2 }, early });
    expect(ports.asked).toHaveLength(2);
  });

  describe('of a rule in percent', () => {
    const lenient = { name: 'a', tolerates: { kind: 'percent' as const, percent: 50 } };
    const judge = async (failingRows: number, sizes: QueryResult) => {
      const counted = { kind: 'rows' as const, rows: [{ ...row('a', failingRows), table_rows: null }] };
      const answer = (statement: string) => {
        if (statement.includes('to_json')) return none;
        return statement.includes("'a' AS rule") ? counted : sizes;
      };
      const ports = createFakePorts({ tables: [createTableContract('silver.users', lenient)], answer });
      return { verdict: await judgeLayer.in(ports)(silver), asked: ports.asked.length };
    };
    const of = (size: number) => ({
      kind: 'rows' as const,
      rows: [{ table_name: 'silver.users', table_rows: BigInt(size) }],
    });

    it('asks for the size of the table where there are offenders', async () => {
      expect(await judge(5, of(10))).toMatchObject({ verdict: { outcome: 'passed' }, asked: 2 });
      expect(await judge(6, of(10))).toMatchObject({
        verdict: { outcome: 'blocked', violations: [{ failingRows: 6 }] },
      });
      expect(await judge(0, of(0))).toMatchObject({ verdict: { outcome: 'passed' }, asked: 1 });
    });

    it('blocks when the size cannot be had', async () => {
      const violations = [{ rule: 'a', reason: 'Gone.' }];
      expect(await judge(1, { kind: 'rejected', reason: 'Gone.' })).toMatchObject({ verdict: { violations } });
      expect(await judge(1, none)).toMatchObject({ verdict: { outcome: 'blocked', violations: [{ rule: 'a' }] } });
    });
  });

  it('leaves the whole verdict in the lake, with examples that the run does not carry', async () => {
    const answer = (statement: string) =>
      statement.includes('to_json')
        ? { kind: 'rows' as const, rows: [{ table_name: 'silver.users', rule: 'b', example: '{"id":"7"}' }] }
        : { kind: 'rows' as const, rows: [row('a', 0), row('b', 3)] };
    const ports = createFakePorts({ tables, answer });

    const verdict = await judgeLayer.in(ports)(silver);

    const { kept } = verdict as { kept: string };
    expect(kept).toMatch(new RegExp(`^verdicts/${batch}/silver-[0-9a-f]{12}\\.json$`));
    expect(JSON.parse(ports.texts.get(kept) ?? '')).toMatchObject({
      versions: silver.versions,
      verdict: { outcome: 'warned' },
      examples: { 'silver.users/b': [{ id: '7' }] },
    });
    expect(JSON.stringify(verdict)).not.toContain('"7"');
  });

  it('blocks when the warehouse leaves a rule out', async () => {
    const ports = createFakePorts({ tables, answer: () => ({ kind: 'rows', rows: [row('a', 0)] }) });
    expect(await judgeLayer.in(ports)(silver)).toMatchObject({ outcome: 'blocked', violations: [{ rule: 'b' }] });
  });
});
