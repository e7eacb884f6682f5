import { createHash } from 'node:crypto';
import type { TableRule } from '../contracts/contract.ts';
import type { Versions } from '../layer.ts';
import { type GateRule, isTimeless, listTables, ruleKey, type TableContracts } from './gate-statement.ts';
import { isBlocking, listViolations, type Suspended, type Verdict, type Violation } from './verdict.ts';

/** What the warehouse counted for one rule. `rows` is the size of the rule's table, where it was counted. */
export interface RuleCount {
  readonly rule: string;
  readonly failingRows: number;
  readonly rows?: number;
}

/** What is wrong with a rule: its failing rows, or why it could not be evaluated. */
type RuleResult = Pick<Violation, 'reason' | 'failingRows'>;

/** Everything that is known of the rules of a layer when they are evaluated, by the key of the rule. */
export interface RuleResults {
  readonly counts: ReadonlyMap<string, RuleCount>;
  /** Rules that could not be evaluated, and why. */
  readonly failures?: ReadonlyMap<string, string>;
  /** Rules that were judged before on the very same versions: broken as then, or not at all. */
  readonly reused?: ReadonlyMap<string, RuleResult | undefined>;
}

/** An earlier verdict on the same layer, and the versions that it was given on. */
export interface PreviousVerdict {
  readonly versions: Versions;
  readonly verdict: Verdict;
}

/** Same rules, same fingerprint, in whatever order they are written. */
export function getFingerprint(rules: readonly GateRule[]): string {
  const texts = rules.map(({ action, blocks, contract, name, query, table, tolerates }) =>
    JSON.stringify([table, contract, name, query, tolerates, action, blocks]),
  );
  return createHash('sha256').update(texts.sort().join('\n')).digest('hex').slice(0, 16);
}

/**
 * A rule is a function of the versions it reads: where none has moved, the earlier result stands. One that looks at the
 * clock or at the last release is evaluated again.
 */
export function reuseResults(
  previous: PreviousVerdict | undefined,
  rules: readonly GateRule[],
  versions: Versions,
  contracts?: TableContracts,
): Map<string, RuleResult | undefined> {
  if (previous?.verdict.fingerprint !== getFingerprint(rules)) return new Map();
  const violations = listViolations(previous.verdict);
  const broken = new Map(violations.map((violation) => [ruleKey({ ...violation, name: violation.rule }), violation]));
  const isReusable = (rule: GateRule) => {
    const before = broken.get(ruleKey(rule));
    const wasEvaluated = before === undefined || before.failingRows !== undefined;
    const tables = listTables(`{${rule.table}} ${rule.query}`, contracts);
    const hasMoved = tables.some((table) => previous.versions[table] !== versions[table]);
    return wasEvaluated && isTimeless(rule) && !hasMoved;
  };
  return new Map(rules.filter(isReusable).map((rule) => [ruleKey(rule), broken.get(ruleKey(rule))]));
}

/** Without failing rows a percentage is kept whatever the size of the table. */
export const needsSize = ({ tolerates }: TableRule, count: RuleCount | undefined): boolean =>
  tolerates.kind === 'percent' && count !== undefined && count.failingRows > 0 && count.rows === undefined;

function isBroken(rule: TableRule, { failingRows, rows = 0 }: RuleCount): boolean {
  if (rule.tolerates.kind === 'count') return failingRows > rule.tolerates.rows;
  return failingRows * 100 > rule.tolerates.percent * rows;
}

/** A rule of which nothing is known was not evaluated, and blocks. `at` is an ISO time. */
export function evaluateRules(rules: readonly GateRule[], results: RuleResults, at: string): Verdict {
  const suspended = rules.flatMap((rule): Suspended[] =>
    isSuspended(rule, at) && rule.suspended ? [{ rule: rule.name, table: rule.table, ...rule.suspended }] : [],
  );
  const violations = rules.flatMap((rule): Violation[] => {
    const result = getRuleResult(rule, results);
    return result ? [toViolation(rule, result, at)] : [];
  });
  const summary = {
    rules: rules.length,
    evaluated: rules.length - (results.reused?.size ?? 0),
    fingerprint: getFingerprint(rules),
    ...(suspended.length > 0 ? { suspended } : {}),
  };
  return withViolations({ outcome: 'passed', ...summary }, violations);
}

/** A verdict that also says what else is not as it should be. */
export function withViolations(verdict: Verdict, more: readonly Violation[]): Verdict {
  const { outcome: _, ...summary } = verdict;
  const violations = [...listViolations(verdict), ...more];
  if (violations.length === 0) return { outcome: 'passed', ...summary };
  return { outcome: violations.some(isBlocking) ? 'blocked' : 'warned', ...summary, violations };
}

function toViolation(rule: GateRule, result: RuleResult, at: string): Violation {
  const { action, blocks, name, table } = rule;
  return {
    rule: name,
    table,
    action: result.failingRows === undefined ? 'block' : action,
    ...(blocks ? { blocks: [...blocks] } : {}),
    ...(isSuspended(rule, at) ? { isSuspended: true } : {}),
    ...result,
  };
}

function getRuleResult(rule: GateRule, { counts, failures, reused }: RuleResults): RuleResult | undefined {
  const key = ruleKey(rule);
  if (reused?.has(key)) {
    const before = reused.get(key);
    return before && { reason: before.reason, failingRows: before.failingRows };
  }
  const count = counts.get(key);
  if (!count) return { reason: failures?.get(key) ?? 'the warehouse gave no count for it.' };
  return isBroken(rule, count) ? { failingRows: count.failingRows, reason: rule.reason } : undefined;
}

const isSuspended = ({ suspended }: GateRule, at: string) =>
  suspended !== undefined && Date.parse(at) < Date.parse(suspended.until);
