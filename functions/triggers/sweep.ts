import type { InvocationContext } from '@azure/functions';
import { formatEvent } from '../../medallion/events.ts';
import { readVitals } from '../../operations/intake/read-vitals.ts';
import { isWorkWaiting, sweep as sweepLandingZone } from '../../operations/intake/sweep.ts';

type SweepPorts = Parameters<typeof isWorkWaiting>[0] &
  Parameters<typeof sweepLandingZone>[0] &
  Parameters<typeof readVitals>[0];
type Log = Pick<InvocationContext, 'info' | 'warn'>;

/**
 * Wakes the pipeline if anything waits for it, and registers what events have missed. Whatever becomes of the second, the
 * first was done. Says how it ended, and how the operator is: alerts wait for these lines, and for their absence.
 */
export async function sweep(
  ports: SweepPorts,
  wake: () => Promise<void>,
  log: Log,
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
  await logVitals(ports, log, now);
}

async function logVitals(ports: SweepPorts, log: Log, now: Date): Promise<void> {
  const { datasets, maintenance, operator, tables } = await readVitals(ports, now);
  log.info(formatEvent('operator.status', now, operator));
  for (const dataset of datasets) log.info(formatEvent('dataset.status', now, dataset));
  for (const table of tables) log.info(formatEvent('table.status', now, table));
  if (maintenance) log.info(formatEvent('maintenance.status', now, maintenance));
}
