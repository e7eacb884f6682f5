import { z } from 'zod';
import { Suspension } from '../contracts/contract.ts';
import { selectVersions, type Versions } from '../layer.ts';
import { maxReasonLength, shorten } from '../texts.ts';

/** The rule that no contract names: each table follows from what it is made of. */
export const computedRule = 'computed';

export const Violation = z.object({
  rule: z.string(),
  table: z.string(),
  action: z.enum(['block', 'warn']),
  /** Rows that break the rule; missing if the rule could not be evaluated. */
  failingRows: z.int().nonnegative().optional(),
  reason: z.string(),
  /** The published tables that wait for it; all if missing. */
  blocks: z.array(z.string()).optional(),
  /** True for one that would count, were the rule not suspended. */
  isSuspended: z.boolean().optional(),
});
export type Violation = z.infer<typeof Violation>;

/** A rule that does not count for now, broken or not. */
const Suspended = Suspension.extend({ rule: z.string(), table: z.string() });
export type Suspended = z.infer<typeof Suspended>;

const summary = {
  /** How many rules there are, how many of them were evaluated anew, and which rules they were. */
  rules: z.int(),
  evaluated: z.int(),
  fingerprint: z.string(),
  suspended: z.array(Suspended).optional(),
  /** The versions that were read in place of those that are too old to be read. */
  readVersions: z.record(z.string(), z.int().nonnegative()).optional(),
  /** Numbers that rules compare with those of the last release. */
  measures: z.record(z.string(), z.number()).optional(),
  /** Where in the control container the whole verdict lies, with queries for examples of failing rows. */
  storedAt: z.string().optional(),
};

/** What the gate decided. Bad data is an answer, not an exception. */
export const Verdict = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('passed'), ...summary }),
  z.object({ outcome: z.literal('warned'), ...summary, violations: z.array(Violation).min(1) }),
  z.object({ outcome: z.literal('blocked'), ...summary, violations: z.array(Violation).min(1) }),
]);
export type Verdict = z.infer<typeof Verdict>;

const maxRuleReasonLength = 300;

/** A verdict as it travels through histories and records. The whole one lies where `storedAt` says. */
export function toShortVerdict<Stored extends Verdict>(verdict: Stored): Stored {
  if (verdict.outcome === 'passed') return verdict;
  const violations = verdict.violations.map((violation) => ({
    ...violation,
    reason: shorten(violation.reason, maxRuleReasonLength),
  }));
  return { ...verdict, violations };
}

export const listViolations = (verdict: Verdict): readonly Violation[] =>
  verdict.outcome === 'passed' ? [] : verdict.violations;

const isCounted = ({ action, isSuspended }: Violation) => action === 'block' && isSuspended !== true;

/** The violations that block something. */
export const listCauses = (verdict: Verdict): Violation[] => listViolations(verdict).filter(isCounted);

/** True if nothing may be published. */
export const isBlocking = (violation: Violation): boolean => isCounted(violation) && violation.blocks === undefined;

/** The published tables that have to wait although the rest may go on. */
export const listRetainedTables = (verdict: Verdict): string[] => [
  ...new Set(
    listViolations(verdict)
      .filter(isCounted)
      .flatMap(({ blocks = [] }) => blocks),
  ),
];

/** Whether no gold table could be published: then there is no release. */
export function areAllRetained(versions: Versions, retainedTables: readonly string[]): boolean {
  const golds = Object.keys(selectVersions('gold', versions));
  return golds.length > 0 && golds.every((table) => retainedTables.includes(table));
}

/** The reason a person reads first. A rule that only warns has blocked nothing. */
export function describeVerdict(verdict: Verdict): string {
  if (verdict.outcome === 'passed') return 'Every rule holds.';
  const causes = verdict.outcome === 'blocked' ? verdict.violations.filter(isCounted) : verdict.violations;
  return shorten(causes.map(describeViolation).join(' '), maxReasonLength);
}

export function describeViolation(violation: Violation): string {
  const { blocks, isSuspended } = violation;
  const what = describeBreach(violation);
  if (isSuspended) return `${what} (The rule is suspended.)`;
  return blocks && blocks.length > 0 ? `${what} (It blocks ${blocks.join(', ')}.)` : what;
}

function describeBreach({ failingRows, reason, rule, table }: Violation): string {
  const name = `Rule '${rule}' of '${table}'`;
  if (rule === computedRule) return `Table '${table}' could not be computed: ${reason}`;
  if (failingRows === undefined) return `${name} could not be evaluated: ${reason}`;
  return `${name} is broken by ${failingRows} ${failingRows === 1 ? 'row' : 'rows'}: ${reason}`;
}
