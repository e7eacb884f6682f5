import { vi } from 'vitest';
import { z } from 'zod';
import type { StoredLine } from '../../bench/harness/evaluate-log-alert.ts';
import { route } from '../../functions/http/route.ts';
import { blobLanded } from '../../functions/triggers/blob-landed.ts';
import { retention } from '../../functions/triggers/retention.ts';
import { sweep } from '../../functions/triggers/sweep.ts';
import { pipeline } from '../../orchestrations/pipeline.ts';
import { runBatch } from '../../orchestrations/run-batch.ts';
import { aFile, getProperties } from './a-file.ts';
import { aLanding } from './a-landing.ts';
import { createRun } from './batches.ts';
import { createFakePorts, createTableContract, type FakePorts } from './fake-ports.ts';
import { play } from './play.ts';
import { registerFiles } from './register-files.ts';
import { batch, triggered, tuning } from './samples.ts';
import { createTestContext, send } from './test-context.ts';

/** What is logged when something goes wrong and when it is well again, and the minutes at which one looks. */
export interface AlertStory {
  readonly lines: readonly StoredLine[];
  readonly faultAt: number;
  readonly curedAt: number;
  /** Of what the alert fires, where it tells subjects apart. */
  readonly subjects?: readonly string[];
}

export const toMoment = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));

const path = 'gym_logins/a';
const toLine = (text: string): StoredLine => ({ at: new Date((JSON.parse(text) as { at: string }).at), text });
const reject = () => Promise.reject(new Error('HTTP 403.'));

export function createLandedPorts(): FakePorts {
  const datasets = [aLanding('gym_logins')];
  const tables = [{ ...createTableContract('gold.summary'), freshness: { minutes: 15 } }];
  const ports = createFakePorts({ datasets, tables, landed: [getProperties(aFile(path))] });
  setMaintenance(ports, -60);
  return ports;
}

const setMaintenance = (ports: FakePorts, minute: number) => {
  const record = { at: toMoment(minute).toISOString(), erased: {}, waiting: [] };
  ports.texts.set(`maintenance/${String(minute + 100).padStart(8, '0')}-a.json`, JSON.stringify(record));
};

export async function sweepAt(ports: FakePorts, ...minutes: readonly number[]): Promise<StoredLine[]> {
  const lines: StoredLine[] = [];
  const write = (text: string) => void lines.push(toLine(text));
  for (const minute of minutes) await sweep(ports, async () => {}, { info: write, warn: write }, toMoment(minute));
  return lines;
}

export async function retainAt(ports: FakePorts, ...minutes: readonly number[]): Promise<StoredLine[]> {
  const lines: StoredLine[] = [];
  const write = (text: string) => void lines.push(toLine(text));
  const client = { purgeInstanceHistoryBy: async () => ({ instancesDeleted: 0 }) };
  for (const minute of minutes) await retention(ports, client, { info: write, warn: write }, toMoment(minute));
  return lines;
}

/** Runs what asks for the time itself. */
async function runAt<Result>(minute: number, work: () => Promise<Result>): Promise<Result> {
  vi.setSystemTime(toMoment(minute));
  try {
    return await work();
  } finally {
    vi.useRealTimers();
  }
}

export async function landAt(ports: FakePorts, minute: number): Promise<StoredLine[]> {
  const lines: StoredLine[] = [];
  const write = (text: string) => void lines.push(toLine(text));
  const intake = { landing: 'landing', wake: async () => {}, countRejection: () => {} };
  const blob = { container: 'landing', path };
  await runAt(minute, () => blobLanded(ports, blob, intake, { info: write, warn: write }));
  return lines;
}

const settings = () => ({ tuning, modes: triggered, isPublishing: false });
const passed = { outcome: 'passed', rules: 1, evaluated: 1, fingerprint: 'f' };
const violation = { rule: 'r', table: 'silver.t', action: 'block', failingRows: 1, reason: 'Wrong.' };

/** A run at minute 0 of which one step ends otherwise than well. */
function runWith(step: Record<string, (input: never) => unknown>): StoredLine[] {
  const script = {
    recordRun: () => ({ isCancelled: false }),
    readSettings: settings,
    finalizeFiles: () => ({}),
    buildLayer: ({ layer }: { layer: string }) => ({ jobRuns: ['1'], versions: { [`${layer}.t`]: 1 } }),
    judgeLayer: () => passed,
    publishWhenAllowed: () => ({ kind: 'published', release: 'r-1' }),
    ...step,
  };
  const input = { batch, files: 2, datasets: ['gym_logins'], tuning };
  return play(runBatch, input, script).logged.map((line) => toLine(JSON.stringify(line)));
}

const runWell = () => runWith({}).map(({ text }) => ({ at: toMoment(120), text }));

function formWith(formBatch: () => unknown): StoredLine[] {
  const script = { readSettings: settings, clearWakeUp: () => ({}), formBatch };
  return play(pipeline, {}, script).logged.map((line) => toLine(JSON.stringify(line)));
}

const createRunStory = (step: Record<string, (input: never) => unknown>): AlertStory => ({
  lines: [...runWith(step), ...runWell()],
  faultAt: 10,
  curedAt: 121,
});

/** The same state, swept while it is wrong and after it was mended. */
async function createSweepStory(
  breakIt: (ports: FakePorts) => Promise<unknown>,
  mendIt: (ports: FakePorts) => Promise<unknown>,
): Promise<AlertStory> {
  const ports = { ...createLandedPorts(), landed: [] };
  await landAt(ports, -10);
  await ports.queue.markLoading((await ports.queue.next(1)).map((file) => ({ ...file, batch, replaces: null })));
  await breakIt(ports);
  const wrong = await sweepAt(ports, 300);
  await mendIt(ports);
  return { lines: [...wrong, ...(await sweepAt(ports, 360))], faultAt: 310, curedAt: 361 };
}

const setState = ({ pipelineControl }: FakePorts, state: 'running' | 'paused' | 'halted') =>
  pipelineControl.setState({ state, actor: 'ann', reason: 'So.', at: toMoment(0).toISOString() });

const failing = route({
  name: 'failing',
  path: 'api/failing',
  role: 'reader',
  summary: 'Fails.',
  answer: z.object({}),
  handle: reject,
});

/** What each alert waits for, by its name, out of the code that logs it. */
export const alertStories: Readonly<Record<string, () => Promise<AlertStory> | AlertStory>> = {
  silent: async () => {
    const ports = createLandedPorts();
    const well = await sweepAt(ports, 0);
    const broken = { ...ports, queue: { ...ports.queue, next: reject } };
    const silence = await sweepAt(broken, 15).catch(() => []);
    return { lines: [...well, ...silence, ...(await sweepAt(ports, 60))], faultAt: 46, curedAt: 61 };
  },
  halted: () =>
    createSweepStory(
      (ports) => setState(ports, 'halted'),
      (ports) => setState(ports, 'running'),
    ),
  'paused-long': () =>
    createSweepStory(
      (ports) => setState(ports, 'paused'),
      (ports) => setState(ports, 'running'),
    ),
  stuck: () =>
    createSweepStory(
      (ports) => registerFiles(ports, [{ path: 'gym_logins/stuck' }]),
      (ports) => ports.runs.save(createRun(350, 'running')),
    ),
  late: async () => {
    const freshness = { files: 1, samples: [[1, 2, 3, 4, 1000]] };
    const story = await createSweepStory(
      ({ runs }) => runs.save(createRun(290, 'published', { release: 'r-1', freshness })),
      ({ runs }) =>
        runs.save(createRun(350, 'published', { release: 'r-2', freshness: { files: 1, samples: [[1, 2, 3, 4, 5]] } })),
    );
    return { ...story, subjects: ['gold.summary'] };
  },
  'orchestration-failed': () => ({
    lines: [
      ...formWith(() => {
        throw new Error('The lake is away.');
      }),
      { at: toMoment(20), text: 'Failed', properties: { prop__functionType: 'Orchestrator', prop__state: 'Failed' } },
      ...runWell(),
    ],
    faultAt: 10,
    curedAt: 121,
  }),
  'service-away': () => {
    let calls = 0;
    const later = { later: true, seconds: 0, reason: 'The workspace is away.' };
    return createRunStory({ judgeLayer: () => (++calls < 12 ? later : passed) });
  },
  'run-failed': () => createRunStory({ buildLayer: () => ({ jobRuns: ['1'], reason: 'It died.' }) }),
  'run-blocked': () =>
    createRunStory({ judgeLayer: () => ({ ...passed, outcome: 'blocked', violations: [violation] }) }),
  quarantined: () => ({
    ...createRunStory({ finalizeFiles: () => ({ quarantined: { bpm: 1, gym_logins: 2 } }) }),
    subjects: ['bpm', 'gym_logins'],
  }),
  'events-lost': async () => {
    const ports = createLandedPorts();
    return { lines: await sweepAt(ports, 15, 30, 45, 60, 75, 90), faultAt: 16, curedAt: 91 };
  },
  'sweep-failed': async () => {
    const ports = createLandedPorts();
    const broken = await sweepAt({ ...ports, lake: { ...ports.lake, getProperties: reject } }, 15);
    return { lines: [...broken, ...(await sweepAt(ports, 30, 45, 60))], faultAt: 16, curedAt: 61 };
  },
  poison: async () => {
    const text = "Message has reached MaxDequeueCount of 5. Moving message to queue 'webjobs-blobtrigger-poison'.";
    return { lines: [{ at: toMoment(0), text }, ...runWell()], faultAt: 10, curedAt: 121 };
  },
  'no-data': async () => {
    const ports = createLandedPorts();
    const landed = await landAt(ports, 0);
    const day = await sweepAt(ports, 600, 1200, 1441);
    const other = await landAt(createLandedPorts(), 1500);
    return { lines: [...landed, ...day, ...other], faultAt: 1442, curedAt: 1501 };
  },
  'request-failed': async () => {
    const context = createTestContext();
    await runAt(0, () => send(context, failing));
    return { lines: [...context.logged.map(toLine), ...runWell()], faultAt: 10, curedAt: 121 };
  },
  'erasure-late': async () => {
    const ports = createLandedPorts();
    const hours = Array.from({ length: 37 }, (_, hour) => 60 * hour);
    const nights = await sweepAt(ports, ...hours);
    setMaintenance(ports, 2200);
    return { lines: [...nights, ...(await sweepAt(ports, 2220))], faultAt: 2161, curedAt: 2221 };
  },
  'retention-failed': async () => {
    const ports = createLandedPorts();
    const well = await retainAt(ports, 30);
    const broken = await retainAt({ ...ports, lake: { ...ports.lake, listControl: reject } }, 90);
    // The calls after that do not end, and say nothing.
    return { lines: [...well, ...broken, ...(await retainAt(ports, 330))], faultAt: 271, curedAt: 331 };
  },
  'log-cap': () => ({
    lines: [{ at: toMoment(0), text: '', workspaceNotice: 'Status: OverQuota' }, ...runWell()],
    faultAt: 10,
    curedAt: 121,
  }),
};
