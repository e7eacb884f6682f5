import type { AuditEntry } from '../audit/audit-entry.ts';
import type { Page } from '../page.ts';

/** Who decided what, when and why. */
export interface AuditLog {
  record(entry: AuditEntry): Promise<void>;
  /** Records an entry unless it is there already: its writer may have gone before it knew. */
  recordOnce(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(filter: { readonly target?: string | undefined }, max: number, after?: string): Promise<Page<AuditEntry>>;
  /** Deletes old entries, a page at a time. */
  deleteBefore(time: Date): Promise<void>;
}
