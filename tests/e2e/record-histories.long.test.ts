import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPeopleFiles, createSecondFile } from '../../bench/harness/live-load.ts';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { getHomeFiles } from '../../cli/stack/home.ts';
import type { RecordedHistory } from '../../emulators/functions-host/export-histories.ts';
import type { Fault } from '../../emulators/shared/faults.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { executed, send } from '../support/api.ts';
import { ancientReading, createBlockingProject, endlessVisit } from '../support/blocking-project.ts';
import { expectSameEnd, writeHistories } from '../support/histories.ts';
import { wantedHistories } from '../support/history-endings.ts';
import { HistoryRecorder } from '../support/history-recorder.ts';
import { importOrchestrators } from '../support/orchestrators.ts';
import { root } from '../support/root.ts';

/** Where the histories go, relative to the root. Without it they are replayed, and nothing is written. */
const target = process.env['MEDALLION_HISTORIES'];

const histories = new Map<string, RecordedHistory>();
const faultsFolder = mkdtempSync(path.join(tmpdir(), 'faults-'));
const header = 'mac_address,gym,login,logout';
const visit = (gym: number, login: number) => `4c:c5:9f:cb:13:bd,${gym},${login},${login + 3600}`;
const reason = 'To record what happens.';

/** At the call of that number, Databricks answers that it is not allowed, or not there. */
const createFault = (call: string, nth: number, status: number, code: string): Fault => ({
  at: { service: 'databricks', call, nth },
  do: 'fail',
  status,
  body: { error_code: code, message: 'It fails on purpose.' },
});

async function record(
  faults: readonly Fault[],
  options: readonly string[],
  use: (stack: RunningStack, recorder: HistoryRecorder) => Promise<void>,
): Promise<void> {
  const file = path.join(faultsFolder, 'faults.json');
  writeFileSync(file, JSON.stringify({ faults }));
  const always = ['--empty', '--sweep', '*/3 * * * * *', '--faults', file, '--project', createBlockingProject()];
  const stack = await RunningStack.start({ options: [...always, ...options] });
  try {
    await HistoryRecorder.record(stack, histories, (recorder) => use(stack, recorder));
  } finally {
    await stack.dismiss();
  }
}

async function landVisits(stack: RunningStack, file: string, ...lines: string[]): Promise<void> {
  const before = (await stack.listFiles(`path=${encodeURIComponent(file)}`)).length;
  await stack.land(file, [header, ...lines, ''].join('\n'));
  await waitUntil(
    `registered '${file}'`,
    async () => (await stack.listFiles(`path=${encodeURIComponent(file)}`)).length > before,
  );
}

async function post(stack: RunningStack, place: string, body: object = {}) {
  const response = await send(stack.addresses.app, place, { reason, ...body });
  expect(response.status, place).toBeLessThan(300);
  return response.body;
}

async function getNewestRun(stack: RunningStack): Promise<RunRecord> {
  const [run] = await stack.listRuns();
  if (run === undefined) throw new Error('There has been no run.');
  return run;
}

const runBatches = async (stack: RunningStack, recorder: HistoryRecorder): Promise<void> => {
  // The first job cannot be started.
  await landVisits(stack, 'gym_logins/a.csv', visit(1, 1_700_000_000));
  await stack.waitUntilQuiet();
  const { batch } = await getNewestRun(stack);
  // The first look at the job of the retry does not find it, which counts as an attempt.
  const { plan } = await post(stack, `runs/${batch}/retry`);
  expect(await executed(stack, plan)).toMatchObject({ outcome: 'published' });

  await landVisits(stack, 'gym_logins/b.csv', visit(2, 1_700_100_000));
  await stack.waitUntilQuiet();
  await recorder.waitFor('pipeline.ran-a-batch', 'run-batch.published', 'reprocess.executed');
  await executeOutdatedPlan(stack, recorder);
  await recorder.waitFor('reprocess.rejected', 'pipeline.executed-a-plan', 'pipeline.waited');
  await cancelRun(stack, recorder);
  await recorder.waitFor('run-batch.cancelled', 'build-layer.cancelled', 'wait-for-job.cancelled');
  await landVisits(stack, 'gym_logins/broken.csv', endlessVisit);
  await stack.waitUntilQuiet();
  await recorder.waitFor('run-batch.blocked');
};

/** What a plan stands on changes while it waits for a pipeline that is paused. */
async function executeOutdatedPlan(stack: RunningStack, recorder: HistoryRecorder): Promise<void> {
  await post(stack, 'pipeline/pause');
  const { plan } = await post(stack, 'reprocess', { selection: { files: { path: 'gym_logins/b*' } } });
  await post(stack, `reprocess/${plan}/execute`);
  await landVisits(stack, 'gym_logins/b.csv', visit(2, 1_700_100_000), visit(3, 1_700_200_000));
  await recorder.waitFor('pipeline.was-closed');
  await post(stack, 'pipeline/resume');
  expect(await executed(stack, plan)).toMatchObject({ state: 'rejected' });
  await stack.waitUntilQuiet();
}

/** Once its first job runs. */
async function cancelRun(stack: RunningStack, recorder: HistoryRecorder): Promise<void> {
  await landVisits(stack, 'gym_logins/c.csv', visit(4, 1_700_300_000));
  await recorder.waitForStart('waitForJob');
  await post(stack, `runs/${(await getNewestRun(stack)).batch}/cancel`);
  await stack.waitUntilQuiet();
}

const runStreams = async (stack: RunningStack, recorder: HistoryRecorder): Promise<void> => {
  for (const { content, path: file } of createPeopleFiles()) await stack.land(file, content);
  await stack.waitUntilQuiet();
  await recorder.waitFor('publish-streams.published', 'pipeline.left-a-batch-to-streams');

  const file = 'kafka_multiplex/broken.json';
  await stack.land(file, ancientReading);
  await recorder.waitFor('publish-streams.blocked');
  await stack.land(file, createSecondFile(0).content);
  await stack.waitUntilQuiet();
  await recorder.waitFor('supervise-stream.running');

  await updateStreams(stack, 'bronze', { paused: true });
  await recorder.waitFor('supervise-stream.drained');
  // Its job fails whenever it is started, until the supervisor starts it no more.
  const folder = path.join(getHomeFiles(stack.home).control, 'manifests/2026-01-01');
  const unreadable = path.join(folder, '20260101T000000000Z-00000000.jsonl');
  mkdirSync(folder, { recursive: true });
  writeFileSync(unreadable, '{"nonsense": 1}\n');
  await updateStreams(stack, 'bronze', { paused: false });
  await recorder.waitFor('supervise-stream.restarting', 'supervise-stream.halted');
  writeFileSync(unreadable, '');
  await updateStreams(stack, 'bronze', { paused: false });

  for (const layer of ['silver', 'gold']) await updateStreams(stack, layer, { mode: 'triggered' });
  await recorder.waitFor('publish-streams.over');
  await landVisits(stack, 'gym_logins/d.csv', visit(5, 1_700_400_000));
  await recorder.waitFor('build-layer.built-by-a-stream');
  await stack.waitUntilQuiet();
};

async function updateStreams(stack: RunningStack, layer: string, settings: object): Promise<void> {
  const response = await fetch(`${stack.addresses.app}/api/streams/${layer}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...settings, reason }),
  });
  expect(response.status).toBe(202);
}

beforeAll(async () => {
  const faults = [
    createFault('POST /api/2.2/jobs/run-now', 1, 403, 'PERMISSION_DENIED'),
    createFault('GET /api/2.2/jobs/runs/get', 1, 404, 'RESOURCE_DOES_NOT_EXIST'),
  ];
  await record(faults, [], runBatches);
  await record([], ['--streaming'], runStreams);
}, 1_800_000);

afterAll(() => rmSync(faultsFolder, { recursive: true, force: true }));

describe('what the local stack does', () => {
  it('comes to every ending', () => {
    expect([...histories.keys()].toSorted()).toEqual(wantedHistories.toSorted());
  });

  it('is done again by a replay, and kept if a folder is named', async () => {
    const orchestrators = await importOrchestrators();
    for (const [name, recorded] of histories) await expectSameEnd(orchestrators.get(recorded.name), name, recorded);
    if (target !== undefined && histories.size === wantedHistories.length)
      writeHistories(path.join(root, target), histories);
  });
});
