import type { InvocationContext } from '@azure/functions';
import { formatEvent } from '../../medallion/events.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { isWorkWaiting, sweep as sweepLandingZone } from '../../operations/intake/sweep.ts';

/**
 * Wakes the pipeline if anything waits for it, and registers what events have missed. Whatever becomes of the second, the
 * first was done.
 */
export async function sweep(
  ports: Pick<Ports, 'files' | 'idempotencyKeys' | 'lake' | 'plans' | 'queue' | 'tuning'>,
  wake: () => Promise<void>,
  log: Pick<InvocationContext, 'info' | 'warn'>,
  now: Date = new Date(),
): Promise<void> {
  if (await isWorkWaiting(ports)) await wake();
  const { failed, failures, looked, missed, oldestSeconds } = await sweepLandingZone(ports, now);
  for (const { reason, subject } of failures) log.warn(formatEvent('sweep.failed', now, { subject, reason }));
  const counts = { looked, missed, oldestSeconds: Math.round(oldestSeconds), failed };
  const line = formatEvent('sweep.finished', now, counts);
  if (missed + failed > 0) log.warn(line);
  else log.info(line);
  if (missed > 0) await wake();
}
