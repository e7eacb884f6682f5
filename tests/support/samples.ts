import { type BatchId, createBatchId } from '../../medallion/files/manifest.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import type { StreamRecord } from '../../medallion/runs/stream.ts';

export const batch: BatchId = createBatchId(new Date('2026-01-01T00:00:00Z'), '01234567-89ab-4cde-8f01-23456789abcd');

export const tuning = {
  batches: {
    debounceSeconds: 1,
    maxFilesPerBatch: 100,
    maxBytesPerBatch: 16 * 1024 ** 3,
    initialPollSeconds: 1,
    maxPollSeconds: 10,
    idleTimeoutSeconds: 60,
    minSecondsBetweenRuns: 0,
    maxAttempts: 3,
  },
  streams: {
    pollIntervalSeconds: 1,
    publishIntervalSeconds: 1,
    debounceSeconds: 1,
    maxFilesPerManifest: 10,
    maxInFlightManifests: 2,
    maxRestarts: 3,
    initialBackoffSeconds: 1,
    maxBackoffSeconds: 8,
    drainTimeoutSeconds: 10,
  },
  sweep: { settleSeconds: 2 },
};

export const triggered = { bronze: 'triggered', silver: 'triggered', gold: 'triggered' } as const;
export const continuous = { bronze: 'continuous', silver: 'continuous', gold: 'continuous' } as const;

export const stream: StreamRecord = {
  layer: 'gold',
  stream: batch,
  state: 'running',
  attempt: 1,
  failures: 0,
  since: '2026-01-01T00:00:00.000Z',
  jobRuns: ['42'],
};

export const publishedRun: RunRecord = {
  batch,
  outcome: 'published',
  files: 1,
  datasets: [],
  startedAt: '2026-01-01T00:00:00Z',
  layers: [],
};
