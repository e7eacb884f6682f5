import type { InvocationContext } from '@azure/functions';
import { type EventFields, formatEvent } from '../../medallion/events.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { Attempts } from '../../operations/attempts.ts';
import { isWorkWaiting } from '../../operations/intake/is-work-waiting.ts';
import { readVitals, type Vitals } from '../../operations/intake/read-vitals.ts';
import type { SweepReport } from '../../operations/intake/sweep.ts';
import { sweepQuickly } from '../../operations/intake/sweep-quickly.ts';
import { sweepSlice } from '../../operations/intake/sweep-slice.ts';
import { toMeasurements } from '../../operations/intake/to-measurements.ts';
import { endLeftPublication } from '../../operations/releases/end-left-publication.ts';

type SweepPorts = Parameters<typeof isWorkWaiting>[0] &
  Parameters<typeof sweepQuickly>[0] &
  Parameters<typeof readVitals>[0] &
  Parameters<typeof endLeftPublication>[0] &
  Pick<Ports, 'metrics'>;

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
  const quick = await sweepQuickly(ports, now);
  logReport(log, now, quick, { kind: 'quick' });
  if (quick.missed > 0) await wake();
  const slice = await sweepSlice(ports, now);
  if (slice) {
    const { isComplete, lookedInAll, ...report } = slice;
    logReport(log, now, report, { kind: 'full', isComplete, lookedInAll });
    if (slice.missed > 0) await wake();
  }
  const attempts = new Attempts();
  await attempts.make('publication that was left', () => endLeftPublication(ports, now));
  logFailures(log, now, attempts);
  const vitals = await readVitals(ports, now);
  logVitals(vitals, log, now);
  const failed = quick.failed + (slice?.failed ?? 0) + attempts.failed;
  const missed = quick.missed + (slice?.missed ?? 0);
  await ports.metrics.report(toMeasurements(vitals, { failed, missed })).catch((error: Error) => {
    // The log has the same numbers, and whoever collects them has an alert of their own for their absence.
    log.warn(formatEvent('metrics.failed', now, { reason: error.message }));
  });
}

function logVitals({ datasets, maintenance, operator, tables }: Vitals, log: Log, now: Date): void {
  log.info(formatEvent('operator.status', now, operator));
  for (const dataset of datasets) log.info(formatEvent('dataset.status', now, dataset));
  for (const table of tables) log.info(formatEvent('table.status', now, table));
  if (maintenance) log.info(formatEvent('maintenance.status', now, maintenance));
}

function logFailures(log: Log, now: Date, { failures }: Pick<SweepReport, 'failures'>): void {
  for (const { reason, subject } of failures) log.warn(formatEvent('sweep.failed', now, { subject, reason }));
}

function logReport(
  log: Log,
  now: Date,
  { failed, failures, looked, missed, oldestSeconds }: SweepReport,
  fields: Pick<EventFields<'sweep.finished'>, 'kind' | 'isComplete' | 'lookedInAll'>,
): void {
  logFailures(log, now, { failures });
  const counts = { looked, missed, oldestSeconds: Math.round(oldestSeconds), failed };
  const line = formatEvent('sweep.finished', now, { ...fields, ...counts });
  if (missed + failed > 0) log.warn(line);
  else log.info(line);
}
