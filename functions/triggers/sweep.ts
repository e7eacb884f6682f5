import type { InvocationContext } from '@azure/functions';
import { formatEvent } from '../../medallion/events.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { sweep as sweepLandingZone } from '../../operations/intake/sweep.ts';

/** Registers what events have missed, and wakes the pipeline if anything waits for it. */
export async function sweep(
  ports: Pick<Ports, 'files' | 'idempotencyKeys' | 'lake' | 'plans' | 'queue'>,
  wake: () => Promise<void>,
  log: Pick<InvocationContext, 'info' | 'warn'>,
  now: Date = new Date(),
): Promise<void> {
  const { isWorkWaiting, missed, oldestSeconds } = await sweepLandingZone(ports, now);
  const line = formatEvent('sweep.finished', now, { missed, oldestSeconds: Math.round(oldestSeconds) });
  if (missed > 0) log.warn(line);
  else log.info(line);
  if (isWorkWaiting) await wake();
}
