import { expect, it } from 'vitest';
import { healthRequested } from '../../functions/health-requested.ts';
import type { RunRecord } from '../../medallion/run.ts';
import { batch } from '../support/samples.ts';

const run = (outcome: RunRecord['outcome'], change: Partial<RunRecord> = {}): RunRecord => ({
  batch,
  outcome,
  files: 1,
  datasets: [],
  startedAt: '2026-01-01T00:00:00Z',
  layers: [],
  ...change,
});

it('health tells what waits, what runs, how the last run ended, and what readers see', async () => {
  const rows = [run('running'), run('held', { because: 'Wrong.' }), run('published', { release: 'r-1' })];
  const registry = { countPending: async () => 2, runs: async () => ({ rows }) };

  expect((await healthRequested(registry, 'local', async () => 'Running')).jsonBody).toMatchObject({
    status: 'ok',
    environment: 'local',
    pipeline: 'Running',
    pending: 2,
    running: [batch],
    lastRun: { outcome: 'held', because: 'Wrong.' },
    release: 'r-1',
  });
});
