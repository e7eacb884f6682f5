import type { ActivityAlert } from '../../medallion/activity-alerts.ts';
import type { MetricAlert } from '../../medallion/metric-alerts.ts';

/** What Azure has counted at a moment. */
export interface MetricValue {
  readonly at: Date;
  readonly value: number;
}

/** Whether an alert fires at a moment: counts are added up over its window, and shares are averaged. Silence fires nothing. */
export function isFiring({ fires, windowMinutes }: MetricAlert, series: readonly MetricValue[], now: Date): boolean {
  const since = now.getTime() - windowMinutes * 60_000;
  const values = series.filter(({ at }) => at.getTime() > since && at <= now).map(({ value }) => value);
  if (values.length === 0) return false;
  const sum = values.reduce((total, value) => total + value, 0);
  return 'over' in fires ? sum > fires.over : sum / values.length < fires.under;
}

/** An act as Azure records it. */
export interface Act {
  readonly category: string;
  readonly status: string;
  readonly operationName: string;
}

/** Whether an act is told of. */
export const isTold = ({ operations }: ActivityAlert, { category, operationName, status }: Act): boolean =>
  category === 'Administrative' && status === 'Succeeded' && operations.includes(operationName);
