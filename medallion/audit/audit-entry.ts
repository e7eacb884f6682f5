import { z } from 'zod';

/** What people, and the pipeline itself, decide about runs, plans, releases, streams, files and quarantined lines. */
export const AuditAction = z.enum([
  'pause',
  'resume',
  'halt',
  'cancel',
  'retry',
  'skip',
  'create_plan',
  'execute_plan',
  'withdraw_plan',
  'roll_back',
  'replay',
  'dismiss',
  'exclude',
  'include',
  'accept',
  'unmask',
  'set_mode',
  'restore',
]);
export type AuditAction = z.infer<typeof AuditAction>;

/** One decision: who did what to which thing, when, and why. Written before it takes effect, and never changed. */
export const AuditEntry = z.object({
  entry: z.string(),
  at: z.iso.datetime(),
  actor: z.string(),
  action: AuditAction,
  target: z.string(),
  /** SHA-256 of the text of the plan, where one was made or approved. */
  planHash: z.string().optional(),
  reason: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
