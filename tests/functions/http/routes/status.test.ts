import { expect, it } from 'vitest';
import { statusOf } from '../../../../functions/http/routes/status.ts';
import type { RunRecord } from '../../../../medallion/runs/run.ts';
import { batch } from '../../../support/samples.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const run = (outcome: RunRecord['outcome'], change: Partial<RunRecord> = {}): RunRecord => ({
  ...{ batch, outcome, files: 1, datasets: [], startedAt: '2026-01-01T00:00:00Z', layers: [] },
  ...change,
});

it('status tells what waits, what runs, how the last run ended, what readers see, and what was refused', async () => {
  const rows = [run('running'), run('blocked', { reason: 'Wrong.' }), run('published', { release: 'r-1' })];
  const context = createTestContext({ registry: { countPending: async () => 2, runs: async () => ({ rows }) } });
  const { body } = await send(
    context,
    statusOf('local', () => ({ forbidden: 3 })),
  );

  expect(body).toMatchObject({
    environment: 'local',
    pipeline: 'Running',
    pending: 2,
    running: [batch],
    lastRun: { outcome: 'blocked', reason: 'Wrong.' },
    release: 'r-1',
    refused: { forbidden: 3 },
  });
});
