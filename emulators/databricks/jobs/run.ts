import type { JobDefinition } from './definition.ts';

export type RunState = 'QUEUED' | 'PENDING' | 'RUNNING' | 'TERMINATING' | 'TERMINATED';
export type AttemptState = 'BLOCKED' | 'PENDING' | 'RUNNING' | 'WAITING' | 'TERMINATED';

/** How a run or an attempt ended: the termination code, and the result that the older `state` shows for it. */
export const terminations = {
  SUCCESS: { type: 'SUCCESS', lifeCycle: 'TERMINATED', result: 'SUCCESS' },
  SUCCESS_WITH_FAILURES: { type: 'SUCCESS', lifeCycle: 'TERMINATED', result: 'SUCCESS_WITH_FAILURES' },
  RUN_EXECUTION_ERROR: { type: 'CLIENT_ERROR', lifeCycle: 'INTERNAL_ERROR', result: 'FAILED' },
  DRIVER_ERROR: { type: 'INTERNAL_ERROR', lifeCycle: 'INTERNAL_ERROR', result: 'FAILED' },
  USER_CANCELED: { type: 'CLIENT_ERROR', lifeCycle: 'TERMINATED', result: 'CANCELED' },
  // The platform's own cancel: a run that took longer than its limit.
  CANCELED: { type: 'CLIENT_ERROR', lifeCycle: 'TERMINATED', result: 'TIMEDOUT' },
  MAX_CONCURRENT_RUNS_EXCEEDED: {
    type: 'CLIENT_ERROR',
    lifeCycle: 'SKIPPED',
    result: 'MAXIMUM_CONCURRENT_RUNS_REACHED',
  },
  UPSTREAM_FAILED: { type: 'CLIENT_ERROR', lifeCycle: 'INTERNAL_ERROR', result: 'UPSTREAM_FAILED' },
  UPSTREAM_CANCELED: { type: 'CLIENT_ERROR', lifeCycle: 'TERMINATED', result: 'UPSTREAM_CANCELED' },
  EXCLUDED: { type: 'SUCCESS', lifeCycle: 'TERMINATED', result: 'EXCLUDED' },
} as const;
export type Code = keyof typeof terminations;
export type Termination = { code: Code; message: string; error?: string; trace?: string };

export type Repair = { id: number; startTime: number; endTime: number | null; taskRunIds: number[] };

export type Run = {
  id: number;
  jobId: number;
  numberInJob: number;
  token: string | null;
  principal: string;
  parameters: Record<string, string>;
  definition: JobDefinition;
  state: RunState;
  code: Code | null;
  message: string;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  repairs: Repair[];
};

/** One try of one task; the id is what clients call the task's run id. */
export type Attempt = {
  id: number;
  runId: number;
  taskKey: string;
  number: number;
  state: AttemptState;
  code: Code | null;
  message: string;
  error: string | null;
  trace: string | null;
  startedAt: number | null;
  endedAt: number | null;
};
