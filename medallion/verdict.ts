import { z } from 'zod';

export const Breach = z.object({
  rule: z.string(),
  table: z.string(),
  action: z.enum(['block', 'warn']),
  /** Rows that break the rule; missing if the rule could not be evaluated. */
  offenders: z.int().nonnegative().optional(),
  because: z.string(),
});
export type Breach = z.infer<typeof Breach>;

/** How many rules there are, how many of them were evaluated anew, and which rules they were. */
const told = { rules: z.int(), evaluated: z.int(), fingerprint: z.string() };

/** What the gate decided. Bad data is an answer, not an exception. */
export const Verdict = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('passed'), ...told }),
  z.object({ outcome: z.literal('warned'), ...told, breaches: z.array(Breach).min(1) }),
  z.object({ outcome: z.literal('blocked'), ...told, breaches: z.array(Breach).min(1) }),
]);
export type Verdict = z.infer<typeof Verdict>;

/** The reason a person reads first. */
export function reasonOf(verdict: Verdict): string {
  if (verdict.outcome === 'passed') return 'Every rule holds.';
  return verdict.breaches
    .map(({ rule, table, offenders, because }) =>
      offenders === undefined
        ? `Rule '${rule}' of '${table}' could not be evaluated: ${because}`
        : `Rule '${rule}' of '${table}' is broken by ${offenders} ${offenders === 1 ? 'row' : 'rows'}: ${because}`,
    )
    .join(' ');
}
