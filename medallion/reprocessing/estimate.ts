/** One layer of one earlier run: how many lines it was about, and how long it took. */
export interface RunSample {
  readonly rows: number;
  readonly seconds: number;
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Seconds that `rows` will take, by the line through what earlier runs took; neither its start nor its slope is below
 * zero. `undefined` without history.
 */
export function estimateSeconds(samples: readonly RunSample[], rows: number): number | undefined {
  if (samples.length === 0) return undefined;
  const centreRows = average(samples.map((sample) => sample.rows));
  const centreSeconds = average(samples.map((sample) => sample.seconds));
  const spread = samples.reduce((sum, sample) => sum + (sample.rows - centreRows) ** 2, 0);
  const shared = samples.reduce(
    (sum, sample) => sum + (sample.rows - centreRows) * (sample.seconds - centreSeconds),
    0,
  );
  const slope = spread === 0 ? 0 : Math.max(0, shared / spread);
  const start = centreSeconds - slope * centreRows;
  // A line that starts below zero is drawn through nothing instead: no rows, no seconds.
  const seconds = start < 0 ? (rows * centreSeconds) / centreRows : start + slope * rows;
  return Math.round(seconds * 10) / 10;
}
