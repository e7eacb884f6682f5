import { z } from 'zod';
import { BatchId, verdictPath } from '../../medallion/files/manifest.ts';
import { Layer, Versions } from '../../medallion/layer.ts';
import type { Answer, World } from '../../medallion/ports/world.ts';
import {
  type Counted,
  type Evidence,
  needsSize,
  Precedent,
  ruleKey,
  settledBy,
  weigh,
} from '../../medallion/quality/gate.ts';
import {
  examplesStatement,
  type GateRule,
  gateStatement,
  type Pins,
  sizesStatement,
  UnknownVersionError,
} from '../../medallion/quality/gate-statement.ts';
import { breachesOf, Verdict } from '../../medallion/quality/verdict.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { activity } from '../activity.ts';

type Examples = Record<string, unknown[]>;

/**
 * Judges a layer at pinned versions. Only rules of which a table has moved since the last verdict are counted anew, and
 * not those that an early verdict has counted at the same versions. One without a batch is early itself, and is not kept.
 */
export const judgeLayer = activity({
  name: 'judgeLayer',
  input: z.object({ batch: BatchId.optional(), layer: Layer, versions: Versions, early: Precedent.optional() }),
  output: Verdict,
  perform: async (world, { batch, early, layer, versions }) => {
    const rules = rulesOf(world, layer);
    const runs = await runsBefore(world);
    const pins = { versions, released: releasedBy(runs) };
    const precedents = [precedentOf(runs, layer), early];
    const settled = new Map(precedents.flatMap((each) => [...settledBy(each, rules, versions)]));
    const open = rules.filter((rule) => !settled.has(ruleKey(rule)));
    const evidence = { ...(await evidenceOn(world, open, pins)), settled };

    const verdict = weigh(rules, evidence, new Date().toISOString());
    if (batch === undefined) return verdict;
    const kept = verdictPath(batch, layer, [versions, verdict]);
    const examples = await examplesOf(world, verdict, rules, pins);
    await world.lake.commitControl(kept, JSON.stringify({ batch, layer, versions, verdict, examples }, null, 2));
    return { ...verdict, kept };
  },
});

const runsLookedAt = 10;
/** Files of older versions may be gone: a release behind that is no longer compared with. */
const daysCompared = 6;

const runsBefore = async ({ registry }: World) => (await registry.runs(runsLookedAt)).rows;

/** The last verdict on this layer, whatever became of its run. */
function precedentOf(runs: readonly RunRecord[], layer: Layer): Precedent | undefined {
  for (const { layers } of runs) {
    const verdict = layers.find((record) => record.layer === layer)?.verdict;
    if (verdict) return { verdict, versions: versionsOf(layers) };
  }
  return undefined;
}

/** The versions from which the last release was made; none if there is none, or if it is too old to be read. */
function releasedBy(runs: readonly RunRecord[]): Versions {
  const last = runs.find(({ outcome, release }) => outcome === 'published' && release !== undefined);
  const isReadable = last !== undefined && Date.now() - Date.parse(last.endedAt ?? '') < daysCompared * 86_400_000;
  return isReadable ? versionsOf(last.layers) : {};
}

const versionsOf = (layers: RunRecord['layers']): Versions =>
  Object.assign({}, ...layers.map((record) => record.versions));

function rulesOf({ tables }: World, layer: Layer): GateRule[] {
  return tables
    .filter((table) => table.layer === layer)
    .flatMap(({ table, tableRules, version }) => tableRules.map((rule) => ({ ...rule, table, contract: version })));
}

async function evidenceOn(world: World, rules: readonly GateRule[], pins: Pins): Promise<Evidence> {
  if (rules.length === 0) return { counted: new Map() };
  const answer = await asked(world, () => gateStatement(rules, pins));
  const evidence = answer.kind === 'rows' ? { counted: countsIn(answer) } : await countOneByOne(world, rules, pins);
  return sized(world, rules, evidence, pins);
}

/** Adds the sizes that percentages need. A rule whose table has no size to be had was not evaluated. */
async function sized(world: World, rules: readonly GateRule[], known: Evidence, pins: Pins): Promise<Evidence> {
  const open = rules.filter((rule) => needsSize(rule, known.counted.get(ruleKey(rule))));
  if (open.length === 0) return known;
  const answer = await asked(world, () => sizesStatement([...new Set(open.map(({ table }) => table))], pins));
  const [counted, failures] = [new Map(known.counted), new Map(known.failures)];
  const sizes = new Map(answer.kind === 'rows' ? answer.rows.map((row) => [row['table_name'], row['table_rows']]) : []);
  for (const rule of open) {
    const [key, rows] = [ruleKey(rule), sizes.get(rule.table)];
    const count = counted.get(key);
    if (count && rows !== undefined) counted.set(key, { ...count, rows: Number(rows) });
    else counted.delete(key);
    if (answer.kind === 'refused') failures.set(key, answer.because);
  }
  return { counted, failures };
}

async function asked({ warehouse }: World, statement: () => string): Promise<Answer> {
  try {
    return await warehouse.ask(statement());
  } catch (error) {
    if (error instanceof UnknownVersionError) return { kind: 'refused', because: error.message };
    throw error;
  }
}

/** One bad rule spoils the whole statement; asked alone, it is the only one that fails. */
async function countOneByOne(world: World, rules: readonly GateRule[], pins: Pins): Promise<Evidence> {
  const counted = new Map<string, Counted>();
  const failures = new Map<string, string>();
  for (const rule of rules) {
    const answer = await asked(world, () => gateStatement([rule], pins));
    if (answer.kind === 'refused') failures.set(ruleKey(rule), answer.because);
    else for (const [key, counts] of countsIn(answer)) counted.set(key, counts);
  }
  return { counted, failures };
}

/** A few offenders of each broken rule, for a person to begin with. They may name people, so they stay in the lake. */
async function examplesOf(world: World, verdict: Verdict, rules: readonly GateRule[], pins: Pins): Promise<Examples> {
  const counted = breachesOf(verdict).filter(({ offenders }) => offenders !== undefined);
  const broken = new Set(counted.map(({ rule, table }) => ruleKey({ table, name: rule })));
  if (broken.size === 0) return {};
  const some = rules.filter((rule) => broken.has(ruleKey(rule)));
  const answer = await asked(world, () => examplesStatement(some, pins));
  // The verdict does not need them: what the warehouse says instead is told in their place.
  if (answer.kind === 'refused') return { '': [answer.because] };
  const byRule = Map.groupBy(answer.rows, (row) => `${row['table_name']}/${row['rule']}`);
  const read = (rows: (typeof answer)['rows']) => rows.map(({ example }) => JSON.parse(String(example)) as unknown);
  return Object.fromEntries([...byRule].map(([key, rows]) => [key, read(rows)]));
}

function countsIn({ rows }: Extract<Answer, { kind: 'rows' }>): Map<string, Counted> {
  return new Map(
    rows.map((row) => {
      const name = String(row['rule']);
      const [counts, size] = [{ rule: name, offenders: Number(row['offenders']) }, row['table_rows']];
      const counted = size === null || size === undefined ? counts : { ...counts, rows: Number(size) };
      return [ruleKey({ table: String(row['table_name']), name }), counted];
    }),
  );
}
