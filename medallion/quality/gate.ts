import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TableRule } from '../contracts/contract.ts';
import { Versions } from '../layer.ts';
import { type GateRule, isTimeless, tablesIn } from './gate-statement.ts';
import { type Breach, blocksAll, breachesOf, type Suspended, Verdict } from './verdict.ts';

/** What the warehouse counted for one rule; `rows` is the size of the rule's table, where it was counted. */
export interface Counted {
  readonly rule: string;
  readonly offenders: number;
  readonly rows?: number;
}

/** What was found wrong with a rule: its offenders, or why it could not be evaluated. */
type Finding = Pick<Breach, 'because' | 'offenders'>;

/** What is known of the rules of a layer when they are weighed, by the key of the rule. */
export interface Evidence {
  readonly counted: ReadonlyMap<string, Counted>;
  /** Rules that could not be evaluated, and why. */
  readonly failures?: ReadonlyMap<string, string>;
  /** Rules that were judged before on the very same versions: broken as then, or not at all. */
  readonly settled?: ReadonlyMap<string, Finding | undefined>;
}

/** An earlier verdict on the same layer, and the versions that it was spoken on. */
export const Precedent = z.object({ versions: Versions, verdict: Verdict });
export type Precedent = z.infer<typeof Precedent>;

export const ruleKey = ({ table, name }: { readonly table: string; readonly name: string }) => `${table}/${name}`;

/** Same rules, same fingerprint, in whatever order they are written. */
export function fingerprintOf(rules: readonly GateRule[]): string {
  const texts = rules.map(({ action, contract, holds, name, offenders, table, tolerates }) =>
    JSON.stringify([table, contract, name, offenders, tolerates, action, holds]),
  );
  return createHash('sha256').update(texts.sort().join('\n')).digest('hex').slice(0, 16);
}

/**
 * A rule is a function of the versions it reads: where none has moved, the earlier judgement stands. One that looks at the
 * clock or at the last release is asked again.
 */
export function settledBy(
  precedent: Precedent | undefined,
  rules: readonly GateRule[],
  versions: Versions,
): Map<string, Finding | undefined> {
  if (precedent?.verdict.fingerprint !== fingerprintOf(rules)) return new Map();
  const breaches = breachesOf(precedent.verdict);
  const broken = new Map(breaches.map((breach) => [ruleKey({ table: breach.table, name: breach.rule }), breach]));
  const stands = (rule: GateRule) => {
    const before = broken.get(ruleKey(rule));
    const wasEvaluated = before === undefined || before.offenders !== undefined;
    return (
      wasEvaluated &&
      isTimeless(rule) &&
      tablesIn(`{${rule.table}} ${rule.offenders}`).every((table) => precedent.versions[table] === versions[table])
    );
  };
  return new Map(rules.filter(stands).map((rule) => [ruleKey(rule), broken.get(ruleKey(rule))]));
}

/** Without offenders a percentage is kept whatever the size of the table. */
export const needsSize = ({ tolerates }: TableRule, counted: Counted | undefined): boolean =>
  tolerates.kind === 'percent' && counted !== undefined && counted.offenders > 0 && counted.rows === undefined;

function isBroken(rule: TableRule, { offenders, rows = 0 }: Counted): boolean {
  if (rule.tolerates.kind === 'count') return offenders > rule.tolerates.rows;
  return offenders * 100 > rule.tolerates.percent * rows;
}

/** Weighs what is known. A rule of which nothing is known was not evaluated, and blocks. `at` is an ISO time. */
export function weigh(rules: readonly GateRule[], evidence: Evidence, at: string): Verdict {
  const suspended = rules.flatMap((rule): Suspended[] =>
    isSuspended(rule, at) && rule.suspended ? [{ rule: rule.name, table: rule.table, ...rule.suspended }] : [],
  );
  const breaches = rules.flatMap((rule): Breach[] => {
    const finding = findingOf(rule, evidence);
    if (!finding) return [];
    const { action, holds, name, table } = rule;
    return [
      {
        rule: name,
        table,
        action: finding.offenders === undefined ? 'block' : action,
        ...(holds ? { holds: [...holds] } : {}),
        ...(isSuspended(rule, at) ? { isSuspended: true } : {}),
        ...finding,
      },
    ];
  });
  const told = {
    rules: rules.length,
    evaluated: rules.length - (evidence.settled?.size ?? 0),
    fingerprint: fingerprintOf(rules),
    ...(suspended.length > 0 ? { suspended } : {}),
  };
  if (breaches.length === 0) return { outcome: 'passed', ...told };
  return { outcome: breaches.some(blocksAll) ? 'blocked' : 'warned', ...told, breaches };
}

function findingOf(rule: GateRule, { counted, failures, settled }: Evidence): Finding | undefined {
  const key = ruleKey(rule);
  if (settled?.has(key)) {
    const before = settled.get(key);
    return before && { because: before.because, offenders: before.offenders };
  }
  const count = counted.get(key);
  if (!count) return { because: failures?.get(key) ?? 'the warehouse gave no count for it.' };
  return isBroken(rule, count) ? { offenders: count.offenders, because: rule.because } : undefined;
}

const isSuspended = ({ suspended }: GateRule, at: string) =>
  suspended !== undefined && Date.parse(at) < Date.parse(suspended.until);
