import { type BatchId, batchIdAt } from '../../medallion/manifest.ts';

export const batch: BatchId = batchIdAt(new Date('2026-01-01T00:00:00Z'), '01234567-89ab-4cde-8f01-23456789abcd');

export const pace = {
  quietSeconds: 1,
  mostFilesPerBatch: 100,
  firstPollSeconds: 1,
  longestPollSeconds: 10,
  idleSeconds: 60,
  attempts: 3,
};
