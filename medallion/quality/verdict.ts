import { z } from 'zod';
import { Suspension } from '../contracts/contract.ts';

export const Breach = z.object({
  rule: z.string(),
  table: z.string(),
  action: z.enum(['block', 'warn']),
  /** Rows that break the rule; missing if the rule could not be evaluated. */
  offenders: z.int().nonnegative().optional(),
  because: z.string(),
  /** The published tables that wait for it; all if missing. */
  holds: z.array(z.string()).optional(),
  /** True for one that would count, were the rule not suspended. */
  isSuspended: z.boolean().optional(),
});
export type Breach = z.infer<typeof Breach>;

/** A rule that does not count for now, broken or not. */
const Suspended = Suspension.extend({ rule: z.string(), table: z.string() });
export type Suspended = z.infer<typeof Suspended>;

const told = {
  /** How many rules there are, how many of them were evaluated anew, and which rules they were. */
  rules: z.int(),
  evaluated: z.int(),
  fingerprint: z.string(),
  suspended: z.array(Suspended).optional(),
  /** Where in the control container the whole verdict lies, with examples of offenders. */
  kept: z.string().optional(),
};

/** What the gate decided. Bad data is an answer, not an exception. */
export const Verdict = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('passed'), ...told }),
  z.object({ outcome: z.literal('warned'), ...told, breaches: z.array(Breach).min(1) }),
  z.object({ outcome: z.literal('blocked'), ...told, breaches: z.array(Breach).min(1) }),
]);
export type Verdict = z.infer<typeof Verdict>;

export const breachesOf = (verdict: Verdict): readonly Breach[] =>
  verdict.outcome === 'passed' ? [] : verdict.breaches;

const counts = ({ action, isSuspended }: Breach) => action === 'block' && isSuspended !== true;

/** True if nothing may be published. */
export const blocksAll = (breach: Breach): boolean => counts(breach) && breach.holds === undefined;

/** The published tables that have to wait although the rest may go on. */
export const heldBy = (verdict: Verdict): string[] => [
  ...new Set(
    breachesOf(verdict)
      .filter(counts)
      .flatMap(({ holds = [] }) => holds),
  ),
];

/** The reason a person reads first. */
export function reasonOf(verdict: Verdict): string {
  if (verdict.outcome === 'passed') return 'Every rule holds.';
  return verdict.breaches.map(sentenceOf).join(' ');
}

function sentenceOf({ because, holds, isSuspended, offenders, rule, table }: Breach): string {
  const name = `Rule '${rule}' of '${table}'`;
  const what =
    offenders === undefined
      ? `${name} could not be evaluated: ${because}`
      : `${name} is broken by ${offenders} ${offenders === 1 ? 'row' : 'rows'}: ${because}`;
  if (isSuspended) return `${what} (The rule is suspended.)`;
  return holds ? `${what} (It holds ${holds.join(', ')}.)` : what;
}
