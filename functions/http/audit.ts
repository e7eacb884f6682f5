import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AuditEntry } from '../../medallion/audit/audit-entry.ts';
import { formatEvent } from '../../medallion/events.ts';
import type { Caller } from './caller.ts';
import { Reason, type RequestContext } from './route.ts';

/** The body of an action that needs nothing but its reason. */
export const ReasonBody = z.strictObject({ reason: Reason });

/** Written before the action takes effect: an entry without effect can be explained, an effect without entry cannot. */
export async function recordAuditEntry(
  { log, now, ports }: Pick<RequestContext, 'log' | 'now' | 'ports'>,
  { actor }: Caller,
  decision: Pick<AuditEntry, 'action' | 'target' | 'planHash' | 'reason'>,
): Promise<AuditEntry> {
  const entry: AuditEntry = { entry: randomUUID(), at: now().toISOString(), actor, ...decision };
  await ports.auditLog.record(entry);
  const { action, target } = decision;
  log.info(formatEvent('decision.recorded', now(), { entry: entry.entry, action, target }));
  return entry;
}
