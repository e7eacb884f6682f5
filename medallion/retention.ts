/** So many days each thing is kept that the operator takes away by itself. `docs/retention.md` also lists all others. */
export const retentionDays = {
  /** Rows of files, after they have settled. Then they are in the archive. */
  files: 180,
  /** Histories of orchestrations that have ended, after they began. */
  orchestrations: 30,
  auditLog: 1825,
  /** So long a request may be sent again under its key. */
  idempotencyKeys: 7,
} as const;

const dayMilliseconds = 86_400_000;

/** What is older than this has been kept for long enough. */
export const getEndOfRetention = (kind: keyof typeof retentionDays, now: Date): Date =>
  new Date(now.getTime() - retentionDays[kind] * dayMilliseconds);
