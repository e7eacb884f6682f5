/** What goes wrong with events on purpose; each names the n-th event (from 1) of a subscription. */
export type EventFaults = {
  /** Never delivered. */
  drop?: number[];
  /** Delivered twice. */
  duplicate?: number[];
  /** Delivered this much later. */
  delay?: { event: number; milliseconds: number }[];
  /** Delivered after the event that follows it. */
  reorder?: number[];
};
