import type { EventName } from './events.ts';

/** What a field of a line has to be, so that the line counts. */
export type Condition = { readonly field: string } & (
  | { readonly is: readonly (string | boolean)[] }
  | { readonly over: number }
  | { readonly under: number }
);

/** Lines that an alert looks for: events of the operator, words of the Functions host, or a notice of the log workspace. */
export type LineFilter =
  | { readonly event: EventName; readonly where?: readonly Condition[] }
  | { readonly words: readonly string[] }
  | { readonly properties: Readonly<Record<string, string>> }
  | { readonly workspaceNotice: string };

/** Minutes, or a span that the file of the environment sets. */
export type AlertWindow = number | 'threeSweeps' | 'noData';

export interface LogAlert {
  readonly name: string;
  /** From 1, which wakes somebody, to 3, which can wait for the morning. */
  readonly severity: 1 | 2 | 3;
  readonly description: string;
  readonly window: AlertWindow;
  /** Whether it fires when there is no such line, and not when there is one. */
  readonly isAbsence?: boolean;
  readonly lines: readonly LineFilter[];
  /** A field by whose values the alert fires and closes separately. */
  readonly by?: string;
  /** The page of `docs/runbook/` with a section of the alert's name. */
  readonly page: string;
}

const everySweep = 'threeSweeps';
const hours = (count: number) => count * 60;
const pausedSeconds = 4 * 3600;
const isMaintainedInTime: readonly Condition[] = [
  { field: 'ageSeconds', under: 12 * 3600 },
  { field: 'overdueErasures', under: 1 },
];

/** Whatever somebody has to look at. Bicep's rules, the index of the runbook and the tests follow from this list. */
export const logAlerts: readonly LogAlert[] = [
  {
    name: 'silent',
    severity: 1,
    description: 'No sweep has ended: the app is down, its timer is dead, or its logs do not arrive.',
    window: everySweep,
    isAbsence: true,
    lines: [{ event: 'operator.status' }],
    page: 'standstill',
  },
  {
    name: 'halted',
    severity: 1,
    description: 'The pipeline or a stream has stopped, because it failed again and again.',
    window: everySweep,
    lines: [
      { event: 'operator.status', where: [{ field: 'state', is: ['halted'] }] },
      { event: 'pipeline.halted' },
      { event: 'stream.halted' },
    ],
    page: 'standstill',
  },
  {
    name: 'paused-long',
    severity: 2,
    description: 'The pipeline has been paused for more than four hours.',
    window: everySweep,
    lines: [
      {
        event: 'operator.status',
        where: [
          { field: 'state', is: ['paused'] },
          { field: 'stateSeconds', over: pausedSeconds },
        ],
      },
    ],
    page: 'standstill',
  },
  {
    name: 'stuck',
    severity: 1,
    description: 'Files have waited for twice as long as promised, and nothing runs.',
    window: everySweep,
    lines: [{ event: 'operator.status', where: [{ field: 'isStuck', is: [true] }] }],
    page: 'standstill',
  },
  {
    name: 'orchestration-failed',
    severity: 1,
    description: 'An orchestration has failed, or a batch or a stream cannot go on.',
    window: 15,
    lines: [
      { event: 'batch.retry_scheduled' },
      { event: 'stream.retry_scheduled' },
      { properties: { prop__functionType: 'Orchestrator', prop__state: 'Failed' } },
    ],
    page: 'standstill',
  },
  {
    name: 'service-away',
    severity: 2,
    description: 'A service has been away for five minutes, and work waits for it.',
    window: 15,
    lines: [{ event: 'service.unavailable' }],
    page: 'standstill',
  },
  {
    name: 'late',
    severity: 2,
    description: 'Too many files come later than the contract of a table promises.',
    window: everySweep,
    lines: [{ event: 'table.status', where: [{ field: 'isBurning', is: [true] }] }],
    by: 'table',
    page: 'runs',
  },
  {
    name: 'run-failed',
    severity: 2,
    description: 'A run has failed: readers keep the last release. `GET /api/runs` names it and says why.',
    window: 15,
    lines: [{ event: 'run.ended', where: [{ field: 'outcome', is: ['failed'] }] }],
    page: 'runs',
  },
  {
    name: 'run-blocked',
    severity: 3,
    description: 'Rules have blocked a run: readers keep the last release. `GET /api/runs` names the rules.',
    window: 15,
    lines: [{ event: 'run.ended', where: [{ field: 'outcome', is: ['blocked'] }] }],
    page: 'runs',
  },
  {
    name: 'quarantined',
    severity: 3,
    description: 'Whole files of a dataset were set aside.',
    window: 15,
    lines: [{ event: 'file.quarantined' }],
    by: 'dataset',
    page: 'intake',
  },
  {
    name: 'events-lost',
    severity: 3,
    description:
      'A sweep found files that no event had told of. They are registered; the events have to be looked after.',
    window: hours(1),
    lines: [{ event: 'sweep.finished', where: [{ field: 'missed', over: 0 }] }],
    page: 'intake',
  },
  {
    name: 'sweep-failed',
    severity: 2,
    description: 'A sweep could not register some files.',
    window: everySweep,
    lines: [{ event: 'sweep.finished', where: [{ field: 'failed', over: 0 }] }],
    page: 'intake',
  },
  {
    name: 'poison',
    severity: 2,
    description: 'An event failed again and again and was put away. The sweep registers its file.',
    window: 15,
    lines: [{ words: ['MaxDequeueCount', 'poison'] }],
    page: 'intake',
  },
  {
    name: 'no-data',
    severity: 2,
    description: 'No file was registered for as long as the environment file allows.',
    window: 'noData',
    isAbsence: true,
    lines: [{ event: 'file.registered' }, { event: 'sweep.finished', where: [{ field: 'missed', over: 0 }] }],
    page: 'intake',
  },
  {
    name: 'request-failed',
    severity: 3,
    description: 'The API could not answer a request.',
    window: 15,
    lines: [{ event: 'request.failed' }],
    page: 'platform',
  },
  {
    name: 'erasure-late',
    severity: 1,
    description:
      'Deleted people are still there: no maintenance ends well, or an erasure is not done after three days.',
    window: hours(24),
    isAbsence: true,
    lines: [{ event: 'maintenance.status', where: isMaintainedInTime }],
    page: 'platform',
  },
  {
    name: 'retention-failed',
    severity: 2,
    description: 'For four hours the state was not backed up, or old things not taken away, or nobody tried.',
    window: hours(4),
    isAbsence: true,
    lines: [{ event: 'retention.finished', where: [{ field: 'failed', under: 1 }] }],
    page: 'platform',
  },
  {
    name: 'log-cap',
    severity: 2,
    description: 'The logs have reached their daily limit: until tomorrow no other alert can fire.',
    window: hours(1),
    lines: [{ workspaceNotice: 'OverQuota' }],
    page: 'platform',
  },
];
