import { toMoment } from './alert-stories.ts';
import type { MetricValue } from './evaluate-alert.ts';

/** A value for each minute, with a fault in it. */
interface MetricStory {
  readonly series: readonly MetricValue[];
  readonly faultAt: number;
  readonly curedAt: number;
}

const toSeries = (values: readonly number[]): MetricValue[] =>
  values.map((value, minute) => ({ at: toMoment(minute), value }));

const repeat = (value: number, count: number): number[] => Array.from({ length: count }, () => value);

/** One event that is not delivered, among minutes without any. */
const lost: MetricStory = {
  series: toSeries([...repeat(0, 20), 1, ...repeat(0, 20)]),
  faultAt: 22,
  curedAt: 30,
};

/** What Azure counts when something goes wrong and when it is well again, by the alert that says so. */
export const metricStories: Readonly<Record<string, MetricStory>> = {
  'event-not-published': lost,
  'event-dead-letter': lost,
  // Five minutes in which one request of ten is not answered.
  'storage-unavailable': {
    series: toSeries([...repeat(100, 20), ...repeat(90, 5), ...repeat(100, 30)]),
    faultAt: 24,
    curedAt: 45,
  },
};
