export interface MetricAlert {
  readonly name: string;
  readonly severity: 1 | 2;
  readonly description: string;
  /** Which resources have the metric: the topic of the landing zone, or each storage account. */
  readonly source: 'topic' | 'account';
  readonly metric: string;
  readonly fires: { readonly over: number } | { readonly under: number };
  readonly windowMinutes: number;
  readonly page: string;
}

/** Numbers that Azure counts itself. */
export const metricAlerts: readonly MetricAlert[] = [
  {
    name: 'event-not-published',
    severity: 1,
    description: 'Event Grid could not publish events of the landing zone.',
    source: 'topic',
    metric: 'PublishFailCount',
    fires: { over: 0 },
    windowMinutes: 5,
    page: 'intake',
  },
  {
    name: 'event-dead-letter',
    severity: 2,
    description: 'Event Grid has given up events of the landing zone.',
    source: 'topic',
    metric: 'DeadLetteredCount',
    fires: { over: 0 },
    windowMinutes: 5,
    page: 'intake',
  },
  {
    name: 'storage-unavailable',
    severity: 1,
    description: 'A storage account did not answer some requests: its availability is under 99 %.',
    source: 'account',
    metric: 'Availability',
    fires: { under: 99 },
    windowMinutes: 15,
    page: 'platform',
  },
];
