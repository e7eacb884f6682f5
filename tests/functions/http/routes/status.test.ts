import { expect, it } from 'vitest';
import { createStatusRoute } from '../../../../functions/http/routes/status.ts';
import type { RunRecord } from '../../../../medallion/runs/run.ts';
import { aFile, getProperties } from '../../../support/a-file.ts';
import { registerNew } from '../../../support/register-files.ts';
import { publishedRun } from '../../../support/samples.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const createRun = (day: number, change: Partial<RunRecord>): RunRecord => {
  const startedAt = new Date(Date.UTC(2026, 0, day)).toISOString();
  const batch = `${startedAt.slice(0, 10).replaceAll('-', '')}T000000000Z-01234567`;
  return { ...publishedRun, batch, startedAt, endedAt: startedAt, ...change };
};
const status = createStatusRoute('local', () => ({ forbidden: 3 }));
const current = { release: 'r-1', publishedAs: 'r-1', publishedAt: '2026-01-01T00:00:00.000Z' };

it('status says what waits, what runs, how the last run ended, what readers see, and what was rejected', async () => {
  const context = createTestContext();
  const { files, pipelineControl, plans, releases, runs } = context.ports;
  const running = createRun(3, { outcome: 'running' });
  await runs.save(createRun(1, { release: 'r-1' }));
  await runs.save(createRun(2, { outcome: 'blocked', reason: 'Wrong.' }));
  await runs.save(running);
  await releases.replace(undefined, { number: 1, rounds: {}, current });
  for (const path of ['users/a', 'users/b']) await registerNew({ files }, getProperties(aFile(path)));
  const plan = `p-${running.batch}`;
  const decision = { actor: 'ann', reason: 'So.', at: '2026-01-01T00:00:00Z' };
  await plans.queue({ plan, planHash: 'h', state: 'queued', ...decision });
  await pipelineControl.setState({ state: 'paused', ...decision });

  expect((await send(context, status)).body).toEqual({
    environment: 'local',
    orchestrationStatus: 'Running',
    isPublishing: false,
    pipelineState: { state: 'paused', ...decision },
    pendingFiles: 2,
    queuedPlan: plan,
    runningRuns: [running.batch],
    lastRun: expect.objectContaining({ outcome: 'blocked', reason: 'Wrong.' }),
    currentRelease: current,
    rejectedRequests: { forbidden: 3 },
  });
});

it('status says of an operator that has done nothing yet that nothing is there', async () => {
  expect((await send(createTestContext(), status)).body).toEqual({
    environment: 'local',
    orchestrationStatus: 'Running',
    isPublishing: false,
    pendingFiles: 0,
    runningRuns: [],
    rejectedRequests: { forbidden: 3 },
  });
});

it('status names the current release after 60 runs that published nothing', async () => {
  const context = createTestContext();
  await context.ports.runs.save(createRun(1, { release: 'r-1' }));
  await context.ports.releases.replace(undefined, { number: 1, rounds: {}, current });
  for (let day = 2; day <= 61; day++) await context.ports.runs.save(createRun(day, { outcome: 'blocked' }));
  expect((await send(context, status)).body).toMatchObject({
    currentRelease: current,
    lastRun: { outcome: 'blocked', batch: createRun(61, {}).batch },
  });
});
