import { z } from 'zod';
import {
  type Counted,
  type GateRule,
  gateStatement,
  ruleKey,
  UnknownVersionError,
  weigh,
} from '../../medallion/gate.ts';
import { Layer, Versions } from '../../medallion/layer.ts';
import { Verdict } from '../../medallion/verdict.ts';
import type { Answer, World } from '../../medallion/world.ts';
import { activity } from '../activity.ts';

/** Counts the offenders of every rule of a layer at pinned versions, and weighs them. */
export const judgeLayer = activity({
  name: 'judgeLayer',
  input: z.object({ layer: Layer, versions: Versions }),
  output: Verdict,
  perform: async (world, { layer, versions }) => {
    const rules = rulesOf(world, layer);
    const together = await count(world, rules, versions);
    if (together.kind === 'rows') return weigh(rules, countsIn(together));
    return judgeOneByOne(world, rules, versions);
  },
});

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
async function judgeOneByOne(world: World, rules: readonly GateRule[], versions: Versions): Promise<Verdict> {
  const counted = new Map<string, Counted>();
  const failures = new Map<string, string>();
  for (const rule of rules) {
    const answer = await count(world, [rule], versions);
    if (answer.kind === 'refused') failures.set(ruleKey(rule), answer.because);
    else for (const [key, counts] of countsIn(answer)) counted.set(key, counts);
  }
  return weigh(rules, counted, failures);
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
