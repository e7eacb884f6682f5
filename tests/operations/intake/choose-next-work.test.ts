import { describe, expect, it } from 'vitest';
import type { RegisteredFile } from '../../../medallion/files/file.ts';
import { manifestPath, reportFolder } from '../../../medallion/files/manifest.ts';
import type { Execution } from '../../../medallion/reprocessing/plan.ts';
import { maxFailures } from '../../../medallion/runs/pipeline-state.ts';
import { chooseNextWork } from '../../../operations/intake/choose-next-work.ts';
import { writeManifest } from '../../../operations/intake/form-batch.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createRun, toBatch, toTime } from '../../support/batches.ts';
import { createFakePorts, type FakePorts } from '../../support/fake-ports.ts';
import { registerFiles } from '../../support/register-files.ts';

const datasets = [aLanding('gym_logins'), aLanding('bpm')];
const batch = toBatch(50);
const limits = { batch, maxFiles: 10 };
const plan = `p-${batch}`;
const execution: Execution = {
  plan,
  planHash: 'h',
  state: 'queued',
  actor: 'ann',
  reason: 'It was wrong.',
  at: toTime(0),
};

async function createPending(options: Parameters<typeof createFakePorts>[0] = {}): Promise<FakePorts> {
  const ports = createFakePorts({ datasets, ...options });
  await registerFiles(ports, [{ path: 'gym_logins/a' }]);
  return ports;
}

describe('chooseNextWork', () => {
  it('forms a batch of what is pending', async () => {
    const ports = await createPending();
    const formed = { batch, files: 1, datasets: ['gym_logins'] };
    expect(await chooseNextWork(ports, limits)).toEqual({ kind: 'formed', ...formed });
    expect(await ports.queue.count()).toBe(0);
    expect(await ports.unreleasedBatches.list()).toEqual([formed]);
  });

  it('is empty when nothing waits', async () => {
    const ports = createFakePorts({ datasets });
    expect(await chooseNextWork(ports, limits)).toEqual({ kind: 'empty' });
    expect(await chooseNextWork(ports, { ...limits, maxInFlight: 2 })).toEqual({ kind: 'empty' });
    expect(ports.texts.size).toBe(0);
  });

  it('finds the manifest that it wrote before a crash, and finishes the rest', async () => {
    const ports = await createPending();
    const formed = await chooseNextWork(ports, limits);
    await registerFiles(ports, [{ path: 'bpm/b' }]);
    expect(await chooseNextWork(ports, limits)).toEqual(formed);
    expect((await ports.queue.next(10)).map(({ path }) => path)).toEqual(['bpm/b']);
  });

  it('takes no file twice when a pipeline without a history finds a manifest that another one has left', async () => {
    const ports = await createPending();
    await writeManifest(ports, batch, 10);
    const later = toBatch(51);
    const formed = { kind: 'formed', batch, files: 1, datasets: ['gym_logins'] };
    expect(await chooseNextWork(ports, { ...limits, batch: later })).toEqual(formed);
    expect(await chooseNextWork(ports, { ...limits, batch: later, maxInFlight: 5 })).toEqual({ kind: 'empty' });
    expect(ports.texts.has(manifestPath(later))).toBe(false);
  });

  it('finishes a batch that was formed before the pipeline was paused', async () => {
    const ports = await createPending();
    const formed = await chooseNextWork(ports, limits);
    await ports.pipelineControl.setState({ state: 'paused', actor: 'ann', reason: 'Maintenance.', at: toTime(0) });
    expect(await chooseNextWork(ports, limits)).toEqual(formed);
  });

  it('hands over a plan that waits, before any file', async () => {
    const ports = await createPending();
    await ports.plans.queue(execution);
    expect(await chooseNextWork(ports, limits)).toEqual({ kind: 'planned', plan });
    expect(await ports.queue.count()).toBe(1);
  });

  it('lets plans and files take turns', async () => {
    const ports = await createPending();
    await ports.plans.queue(execution);
    await ports.runs.save(createRun(1, 'published', { plan: `p-${toBatch(1)}` }));
    expect(await chooseNextWork(ports, limits)).toMatchObject({ kind: 'formed' });
    await ports.runs.save(createRun(2, 'published'));
    expect(await chooseNextWork(ports, { ...limits, batch: toBatch(51) })).toEqual({ kind: 'planned', plan });
  });

  it('lets plans follow one another when no file waits', async () => {
    const ports = createFakePorts({ datasets });
    await ports.plans.queue(execution);
    await ports.runs.save(createRun(1, 'published', { plan: `p-${toBatch(1)}` }));
    expect(await chooseNextWork(ports, limits)).toEqual({ kind: 'planned', plan });
  });

  it('finds the plan again that was to run as this batch when the operator went down', async () => {
    const ports = createFakePorts({ datasets, texts: { [manifestPath(batch)]: '' } });
    await ports.plans.queue(execution);
    await ports.plans.updateExecution(execution.plan, (queued) => ({ ...queued, state: 'running', batch }));
    expect(await chooseNextWork(ports, limits)).toEqual({ kind: 'planned', plan });
  });
});

describe('a pipeline that takes up nothing', () => {
  it('was paused, and says why', async () => {
    const ports = await createPending();
    await ports.pipelineControl.setState({ state: 'paused', actor: 'ann', reason: 'Maintenance.', at: toTime(0) });
    expect(await chooseNextWork(ports, limits)).toEqual({ kind: 'closed', reason: 'Maintenance.', isPaused: true });
    expect(ports.texts.size).toBe(0);
  });

  it('goes on once it was resumed', async () => {
    const ports = await createPending();
    await ports.pipelineControl.setState({ state: 'running', actor: 'ann', reason: 'Done.', at: toTime(0) });
    expect(await chooseNextWork(ports, limits)).toMatchObject({ kind: 'formed' });
  });

  const failAll = async (ports: FakePorts) => {
    for (let minute = 1; minute <= maxFailures; minute++) await ports.runs.save(createRun(minute, 'failed'));
  };

  it('halts after too many failed runs in a row, and says so in the audit log', async () => {
    const ports = await createPending();
    await failAll(ports);
    const reason = `The last ${maxFailures} runs failed, one after another.`;
    expect(await chooseNextWork(ports, limits)).toEqual({ kind: 'closed', reason, hasHalted: true });
    expect(await ports.pipelineControl.getState()).toEqual({
      state: 'halted',
      actor: 'pipeline',
      reason,
      at: toTime(50),
    });
    expect((await ports.auditLog.list({}, 10)).rows).toMatchObject([{ action: 'halt', actor: 'pipeline', reason }]);
    expect(await chooseNextWork(ports, limits)).toEqual({ kind: 'closed', reason });
    expect((await ports.auditLog.list({}, 10)).rows).toHaveLength(1);
  });

  it('does not halt over runs that failed before it was resumed', async () => {
    const ports = await createPending();
    await failAll(ports);
    await ports.pipelineControl.setState({ state: 'running', actor: 'ann', reason: 'Repaired.', at: toTime(40) });
    expect(await chooseNextWork(ports, limits)).toMatchObject({ kind: 'formed' });
  });
});

describe('the next work of streams', () => {
  const forStreams = { ...limits, maxInFlight: 2 };
  const unreleased = [10, 20].map((minute) => ({ batch: toBatch(minute), files: 1, datasets: ['bpm'] }));

  /** What the jobs wrote down: the first batch is in bronze, and as far up as silver and gold have read. */
  function createTexts(read: { readonly silver: number; readonly gold: number }): Record<string, string> {
    const toProgress = (layer: string, entry: object) => ({
      [`progress/${layer}/00000001.json`]: JSON.stringify({ layer, entries: [{ at: toTime(0), ...entry }] }),
    });
    const tables = [{ table: 'bronze.bpm', version: 4, changed: true }];
    return {
      [`${reportFolder(toBatch(10), 'bronze')}/00000001.json`]: JSON.stringify({
        batch: toBatch(10),
        layer: 'bronze',
        tables,
      }),
      ...toProgress('bronze', { versions: { 'bronze.bpm': 4 } }),
      ...toProgress('silver', { versions: { 'silver.users': 2 }, read: { 'bronze.bpm': read.silver } }),
      ...toProgress('gold', { versions: { 'gold.summary': 7 }, read: { 'silver.users': read.gold } }),
    };
  }
  const inGold = createTexts({ silver: 4, gold: 2 });

  async function createInFlight(texts: Record<string, string>, batches = unreleased): Promise<FakePorts> {
    const ports = await createPending({ texts });
    for (const inFlight of batches) await ports.unreleasedBatches.save(inFlight);
    return ports;
  }

  it.for([
    ['landed', {}],
    ['in bronze', createTexts({ silver: 3, gold: 2 })],
    ['in silver', createTexts({ silver: 4, gold: 1 })],
    ['in gold', inGold],
  ] as const)('is none while enough manifests are on their way to a release: %s', async ([, texts]) => {
    const ports = await createInFlight(texts);
    expect(await chooseNextWork(ports, forStreams)).toEqual({ kind: 'full' });
    expect(await ports.queue.count()).toBe(1);
  });

  it('is formed in any case when it removes rows of an excluded file: no release is made before', async () => {
    const ports = await createInFlight(inGold);
    const [file] = (await ports.queue.next(1)) as [RegisteredFile];
    await ports.files.exclude(file, 'Wrong.');
    expect(await chooseNextWork(ports, forStreams)).toMatchObject({ kind: 'formed' });
    expect((await ports.unreleasedBatches.list()).at(-1)).toMatchObject({ removals: 1 });
  });

  it('is formed as soon as one of them is released', async () => {
    const ports = await createInFlight(inGold, unreleased.slice(1));
    await ports.runs.save(createRun(30, 'published'));
    expect(await chooseNextWork(ports, forStreams)).toMatchObject({ kind: 'formed' });
  });

  it('is formed while the release is blocked, when one of them is in gold', async () => {
    const ports = await createInFlight(inGold);
    await ports.runs.save(createRun(30, 'published'));
    await ports.runs.save(createRun(40, 'blocked'));
    expect(await chooseNextWork(ports, forStreams)).toMatchObject({ kind: 'formed' });
  });

  it.for([
    [4, 2, 2],
    [5, 2, 5],
  ] as const)('takes of %i files %i at a time, unless it has fallen behind: %i', async ([files, , taken]) => {
    const ports = createFakePorts({ datasets });
    const paths = Array.from({ length: files }, (_, index) => ({ path: `bpm/${index}` }));
    await registerFiles(ports, paths);
    const work = await chooseNextWork(ports, { ...limits, maxFiles: 2, maxInFlight: 1 });
    expect(work).toMatchObject({ kind: 'formed', files: taken });
  });

  it('is none while the release is blocked and all of them are below gold', async () => {
    const ports = await createInFlight(createTexts({ silver: 4, gold: 1 }));
    await ports.runs.save(createRun(30, 'published'));
    await ports.runs.save(createRun(40, 'blocked'));
    expect(await chooseNextWork(ports, forStreams)).toEqual({ kind: 'full' });
  });
});

describe('batches that a stream has left behind', () => {
  const left = [10, 20].map((minute) => ({ batch: toBatch(minute), files: 1, datasets: ['bpm'] }));

  async function createLeft(): Promise<FakePorts> {
    const ports = createFakePorts({ datasets });
    for (const unreleased of left) await ports.unreleasedBatches.save(unreleased);
    return ports;
  }

  it('are taken up by a run: the newest carries the others', async () => {
    const ports = await createLeft();
    expect(await chooseNextWork(ports, limits)).toEqual({ kind: 'left', ...left[1] });
    expect(await chooseNextWork(ports, { ...limits, maxInFlight: 2 })).toEqual({ kind: 'full' });
  });

  it('are not run again by themselves when they had a run and were blocked', async () => {
    const ports = await createLeft();
    await ports.runs.save(createRun(20, 'blocked'));
    expect(await chooseNextWork(ports, limits)).toEqual({ kind: 'left', ...left[0] });
    await ports.runs.save(createRun(10, 'blocked'));
    expect(await chooseNextWork(ports, limits)).toEqual({ kind: 'empty' });
  });
});
