import { createHash } from 'node:crypto';
import type { TableRule } from './contract.ts';
import { type GateRule, tablesIn } from './gate-statement.ts';
import type { Versions } from './layer.ts';
import type { Breach, Verdict } from './verdict.ts';

/** What the warehouse counted for one rule; `rows` is the size of the rule's table. */
export interface Counted {
  readonly rule: string;
  readonly offenders: number;
  readonly rows: number;
}

/** What is known of the rules of a layer when they are weighed, by the key of the rule. */
export interface Evidence {
  readonly counted: ReadonlyMap<string, Counted>;
  /** Rules that could not be evaluated, and why. */
  readonly failures?: ReadonlyMap<string, string>;
  /** Rules that were judged before on the very same versions: broken as then, or not at all. */
  readonly settled?: ReadonlyMap<string, Breach | undefined>;
}

/** An earlier verdict on the same layer, and the versions that it was spoken on. */
export interface Precedent {
  readonly versions: Versions;
  readonly verdict: Verdict;
}

export const ruleKey = ({ table, name }: { readonly table: string; readonly name: string }) => `${table}/${name}`;

/** Same rules, same fingerprint, in whatever order they are written. */
export function fingerprintOf(rules: readonly GateRule[]): string {
  const texts = rules.map(({ action, name, offenders, table, tolerates }) =>
    JSON.stringify([table, name, offenders, tolerates, action]),
  );
  return createHash('sha256').update(texts.sort().join('\n')).digest('hex').slice(0, 16);
}

/** A rule is a function of the versions it reads: where none has moved, the earlier judgement stands. */
export function settledBy(
  precedent: Precedent | undefined,
  rules: readonly GateRule[],
  versions: Versions,
): Map<string, Breach | undefined> {
  if (precedent?.verdict.fingerprint !== fingerprintOf(rules)) return new Map();
  const breaches = precedent.verdict.outcome === 'passed' ? [] : precedent.verdict.breaches;
  const broken = new Map(breaches.map((breach) => [ruleKey({ table: breach.table, name: breach.rule }), breach]));
  const stands = (rule: GateRule) => {
    const before = broken.get(ruleKey(rule));
    const wasEvaluated = before === undefined || before.offenders !== undefined;
    return (
      wasEvaluated &&
      tablesIn(`{${rule.table}} ${rule.offenders}`).every((table) => precedent.versions[table] === versions[table])
    );
  };
  return new Map(rules.filter(stands).map((rule) => [ruleKey(rule), broken.get(ruleKey(rule))]));
}

function isBroken(rule: TableRule, { offenders, rows }: Counted): boolean {
  if (rule.tolerates.kind === 'count') return offenders > rule.tolerates.rows;
  return offenders * 100 > rule.tolerates.percent * rows;
}

/** Weighs what is known. A rule of which nothing is known was not evaluated, and blocks. */
export function weigh(rules: readonly GateRule[], { counted, failures, settled }: Evidence): Verdict {
  const breaches = rules.flatMap((rule): Breach[] => {
    const key = ruleKey(rule);
    if (settled?.has(key)) return [settled.get(key) ?? []].flat();
    const { name, table, action, because } = rule;
    const count = counted.get(key);
    if (!count) {
      return [
        { rule: name, table, action: 'block', because: failures?.get(key) ?? 'the warehouse gave no count for it.' },
      ];
    }
    return isBroken(rule, count) ? [{ rule: name, table, action, offenders: count.offenders, because }] : [];
  });
  const told = {
    rules: rules.length,
    evaluated: rules.length - (settled?.size ?? 0),
    fingerprint: fingerprintOf(rules),
  };
  if (breaches.length === 0) return { outcome: 'passed', ...told };
  const blocks = breaches.some(({ action }) => action === 'block');
  return { outcome: blocks ? 'blocked' : 'warned', ...told, breaches };
}
