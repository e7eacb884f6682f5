import { type BatchId, createBatchId } from '../../medallion/files/manifest.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { publishedRun } from './samples.ts';

export const toTime = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

/** The batch of a minute: a later minute is a younger batch. */
export const toBatch = (minute: number): BatchId =>
  createBatchId(new Date(toTime(minute)), '01234567-89ab-4cde-8f01-23456789abcd');

/** The run of a minute's batch, which ended a minute later unless it is still running. */
export const createRun = (
  minute: number,
  outcome: RunRecord['outcome'],
  change: Partial<RunRecord> = {},
): RunRecord => ({
  ...publishedRun,
  batch: toBatch(minute),
  outcome,
  startedAt: toTime(minute),
  ...(outcome === 'running' ? {} : { endedAt: toTime(minute + 1) }),
  ...change,
});
