import type { Measurement } from '../../medallion/ports/metrics.ts';
import type { Vitals } from './read-vitals.ts';
import type { SweepReport } from './sweep.ts';

const states = { running: 0, paused: 1, halted: 2 } as const;

/** What a sweep saw, as numbers with the names that dashboards know. */
export function toMeasurements(
  { datasets, maintenance, operator, tables }: Vitals,
  { failed, missed }: Pick<SweepReport, 'failed' | 'missed'>,
): Measurement[] {
  const count = (name: string, value: number): Measurement => ({ name, unit: '1', value });
  return [
    count('sweep.heartbeat', 1),
    count('sweep.missed', missed),
    count('sweep.failed', failed),
    count('pipeline.state', states[operator.state]),
    ...datasets.flatMap(({ dataset, oldestPendingSeconds, pendingFiles }): Measurement[] => [
      { ...count('files.pending', pendingFiles), attributes: { dataset } },
      { name: 'files.oldest_pending', unit: 's', value: oldestPendingSeconds, attributes: { dataset } },
    ]),
    ...tables.flatMap(({ releaseAgeSeconds, table }): Measurement[] =>
      releaseAgeSeconds === undefined
        ? []
        : [{ name: 'release.age', unit: 's', value: releaseAgeSeconds, attributes: { table } }],
    ),
    ...(maintenance ? [{ name: 'maintenance.age', unit: 's', value: maintenance.ageSeconds } as const] : []),
  ];
}
