import { z } from 'zod';
import type { AuditEntry } from '../../medallion/audit/audit-entry.ts';
import { formatEvent } from '../../medallion/events.ts';
import type { Caller } from './caller.ts';
import { Reason, type RequestContext } from './route.ts';

/** The body of an action that needs nothing but its reason. */
export const ReasonBody = z.strictObject({ reason: Reason });

/**
 * Written before the action takes effect: an entry without effect can be explained, an effect without entry cannot. A
 * request that is sent again under its key writes no second entry.
 */
export async function recordAuditEntry(
  { identity, log, now, ports }: Pick<RequestContext, 'identity' | 'log' | 'now' | 'ports'>,
  { actor }: Caller,
  decision: Pick<AuditEntry, 'action' | 'target' | 'planHash' | 'reason'>,
): Promise<AuditEntry> {
  const entry: AuditEntry = { entry: identity.createId(), at: identity.at, actor, ...decision };
  await ports.auditLog.recordOnce(entry);
  const { action, target } = decision;
  log.info(formatEvent('decision.recorded', now(), { entry: entry.entry, action, target }));
  return entry;
}
