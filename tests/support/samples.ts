import { type BatchId, batchIdAt } from '../../medallion/files/manifest.ts';
import type { StreamRecord } from '../../medallion/runs/stream.ts';

export const batch: BatchId = batchIdAt(new Date('2026-01-01T00:00:00Z'), '01234567-89ab-4cde-8f01-23456789abcd');

export const pace = {
  quietSeconds: 1,
  mostFilesPerBatch: 100,
  firstPollSeconds: 1,
  longestPollSeconds: 10,
  idleSeconds: 60,
  attempts: 3,
  streams: {
    watchSeconds: 1,
    releaseSeconds: 1,
    quietSeconds: 1,
    mostFilesPerManifest: 10,
    mostManifestsUnderway: 2,
    restarts: 3,
    firstRestartSeconds: 1,
    longestRestartSeconds: 8,
    drainSeconds: 10,
  },
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
