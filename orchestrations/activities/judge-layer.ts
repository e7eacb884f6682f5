import { z } from 'zod';
import { type Counted, type Evidence, type Precedent, ruleKey, settledBy, weigh } from '../../medallion/gate.ts';
import { type GateRule, gateStatement, UnknownVersionError } from '../../medallion/gate-statement.ts';
import { Layer, Versions } from '../../medallion/layer.ts';
import { Verdict } from '../../medallion/verdict.ts';
import type { Answer, World } from '../../medallion/world.ts';
import { activity } from '../activity.ts';

/** Judges a layer at pinned versions. Only rules of which a table has moved since the last verdict are counted anew. */
export const judgeLayer = activity({
  name: 'judgeLayer',
  input: z.object({ layer: Layer, versions: Versions }),
  output: Verdict,
  perform: async (world, { layer, versions }) => {
    const rules = rulesOf(world, layer);
    const settled = settledBy(await precedentOf(world, layer), rules, versions);
    const open = rules.filter((rule) => !settled.has(ruleKey(rule)));
    if (open.length === 0) return weigh(rules, { counted: new Map(), settled });
    const answer = await count(world, open, versions);
    if (answer.kind === 'rows') return weigh(rules, { counted: countsIn(answer), settled });
    return weigh(rules, { ...(await countOneByOne(world, open, versions)), settled });
  },
});

const runsLookedAt = 10;

/** The last verdict on this layer, whatever became of its run. */
async function precedentOf({ registry }: World, layer: Layer): Promise<Precedent | undefined> {
  for (const { layers } of (await registry.runs(runsLookedAt)).rows) {
    const verdict = layers.find((record) => record.layer === layer)?.verdict;
    if (verdict) return { verdict, versions: Object.assign({}, ...layers.map((record) => record.versions)) };
  }
  return undefined;
}

function rulesOf({ tables }: World, layer: Layer): GateRule[] {
  return tables
    .filter((table) => table.layer === layer)
    .flatMap(({ table, tableRules }) => tableRules.map((rule) => ({ ...rule, table })));
}

async function count({ warehouse }: World, rules: readonly GateRule[], versions: Versions): Promise<Answer> {
  try {
    return await warehouse.ask(gateStatement(rules, versions));
  } catch (error) {
    if (error instanceof UnknownVersionError) return { kind: 'refused', because: error.message };
    throw error;
  }
}

/** One bad rule spoils the whole statement; asked alone, it is the only one that fails. */
async function countOneByOne(world: World, rules: readonly GateRule[], versions: Versions): Promise<Evidence> {
  const counted = new Map<string, Counted>();
  const failures = new Map<string, string>();
  for (const rule of rules) {
    const answer = await count(world, [rule], versions);
    if (answer.kind === 'refused') failures.set(ruleKey(rule), answer.because);
    else for (const [key, counts] of countsIn(answer)) counted.set(key, counts);
  }
  return { counted, failures };
}

function countsIn({ rows }: Extract<Answer, { kind: 'rows' }>): Map<string, Counted> {
  return new Map(
    rows.map((row) => {
      const name = String(row['rule']);
      const counts = { rule: name, offenders: Number(row['offenders']), rows: Number(row['table_rows']) };
      return [ruleKey({ table: String(row['table_name']), name }), counts];
    }),
  );
}
