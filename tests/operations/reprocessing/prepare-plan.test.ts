import { describe, expect, it } from 'vitest';
import { LakeError } from '../../../medallion/errors.ts';
import { type BatchId, manifestPath, parseManifest } from '../../../medallion/files/manifest.ts';
import type { Layer } from '../../../medallion/layer.ts';
import {
  createStepsFrom,
  type Execution,
  type Plan,
  planPath,
  toEnded,
  toPlannedFile,
  toSavedPlan,
} from '../../../medallion/reprocessing/plan.ts';
import type { LayerRecord } from '../../../medallion/runs/run.ts';
import { preparePlan } from '../../../operations/reprocessing/prepare-plan.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { aPlan } from '../../support/a-plan.ts';
import { createRun, toBatch, toTime } from '../../support/batches.ts';
import { createFakePorts, createTableContract, type FakePorts } from '../../support/fake-ports.ts';
import { tuning } from '../../support/samples.ts';
import { storeFile } from '../../support/store-file.ts';

const batch = toBatch(9);
const file = aFile('gym_logins/a', { batch: toBatch(1) });
const ofFiles = aPlan({ files: [toPlannedFile(file)] });
const ofGold = aPlan({ selection: { layer: 'gold' }, steps: createStepsFrom('gold', ['gold']) });

const createLayer = (layer: Layer, version: number): LayerRecord => ({
  layer,
  jobRuns: [],
  outcome: 'passed',
  startedAt: toTime(1),
  versions: { [`${layer}.a`]: version },
  verdict: { outcome: 'passed', rules: 1, evaluated: 1, fingerprint: 'f' },
});

const toExecution = (plan: Plan): Execution => ({
  plan: plan.plan,
  planHash: toSavedPlan(plan).hash,
  state: 'queued',
  actor: 'ann',
  reason: 'So.',
  at: toTime(0),
});

async function createPorts(plan: Plan, landed = [getProperties(file)]): Promise<FakePorts> {
  const ports = createFakePorts({
    datasets: [aLanding('gym_logins')],
    landed,
    tables: [createTableContract('gold.c')],
    texts: { [planPath(plan.plan)]: JSON.stringify(plan) },
  });
  await storeFile(ports, file);
  const layers = [createLayer('bronze', 4), createLayer('silver', 5)];
  await ports.runs.save(createRun(1, 'published', { layers }));
  await ports.runs.save(createRun(2, 'failed'));
  await ports.plans.queue(toExecution(plan));
  return ports;
}

describe('preparePlan', () => {
  it('writes a manifest of exactly the planned files, each in the place of itself', async () => {
    const ports = await createPorts(ofFiles);
    expect(await preparePlan(ports, { batch: batch, plan: ofFiles.plan })).toEqual({
      kind: 'prepared',
      run: {
        files: 1,
        datasets: ['gym_logins'],
        layers: ['bronze', 'silver', 'gold'],
        upstreamVersions: {},
        retainedTables: [],
        rebuilt: [],
      },
    });
    const lines = parseManifest(ports.texts.get(manifestPath(batch)) ?? '');
    expect(lines).toMatchObject([{ file: file.file, replaces: file.file, batch }]);
    expect(await ports.files.findById(file.file)).toMatchObject({ status: 'loading', batch });
    expect(await ports.plans.getExecution(ofFiles.plan)).toMatchObject({ state: 'running', batch });
    expect(await ports.unreleasedBatches.list()).toEqual([{ batch, files: 1, datasets: ['gym_logins'] }]);
  });

  it('names a new generation for a layer that begins anew, and the versions that it stands on', async () => {
    const ports = await createPorts(ofGold);
    expect(await preparePlan(ports, { batch: batch, plan: ofGold.plan })).toMatchObject({
      run: {
        layers: ['gold'],
        upstreamVersions: { 'bronze.a': 4, 'silver.a': 5 },
        retainedTables: [],
        rebuilt: ['gold.c'],
        files: 0,
      },
    });
    expect(await ports.tableDefinitions.getGeneration('gold')).toBe(batch);
    expect(ports.texts.has(manifestPath(batch))).toBe(false);
    expect(await ports.unreleasedBatches.list()).toEqual([]);
  });

  it.for([ofFiles, ofGold])('finishes what it began before a crash, whose traces are no change: %#', async (plan) => {
    const ports = await createPorts(plan);
    const first = await preparePlan(ports, { batch: batch, plan: plan.plan });
    expect(first.kind).toBe('prepared');
    expect(await preparePlan(ports, { batch: batch, plan: plan.plan })).toEqual(first);
  });

  it('looks again when it went down before it began', async () => {
    const ports = await createPorts(ofFiles, []);
    await ports.plans.updateExecution(ofFiles.plan, (execution) => ({ ...execution, state: 'running', batch }));
    expect(await preparePlan(ports, { batch: batch, plan: ofFiles.plan })).toEqual({ kind: 'rejected' });
  });
});

describe('a plan with more files than one run takes', () => {
  const others = ['b', 'c'].map((name) => aFile(`gym_logins/${name}`, { batch: toBatch(1) }));
  const all = [file, ...others];
  const large = aPlan({
    files: all.map(toPlannedFile),
    selection: { definitionChanged: true },
    tables: { stale: ['bronze.a'], touched: [] },
  });

  it('is prepared part by part; its tables are computed by a new definition with the last one', async () => {
    const base = await createPorts(large, all.map(getProperties));
    const ports = { ...base, tuning: { ...tuning, batches: { ...tuning.batches, maxFilesPerBatch: 2 } } };
    for (const other of others) await storeFile(ports, other);
    const listFiles = (of: BatchId) => parseManifest(ports.texts.get(manifestPath(of)) ?? '').map(({ path }) => path);

    expect(await preparePlan(ports, { batch, plan: large.plan })).toMatchObject({ run: { files: 2, rebuilt: [] } });
    expect(listFiles(batch)).toEqual(['gym_logins/a', 'gym_logins/b']);
    expect(await preparePlan(ports, { batch, plan: large.plan })).toMatchObject({ run: { files: 2 } });

    const second = toBatch(10);
    await ports.plans.updateExecution(large.plan, (execution) => toEnded(execution, 'published'));
    // Done a second time, and late, it does not take the next part under the batch of this one.
    expect(await preparePlan(ports, { batch, plan: large.plan })).toEqual({ kind: 'rejected' });
    expect(await ports.plans.getExecution(large.plan)).toMatchObject({ state: 'queued' });
    expect(await preparePlan(ports, { batch: second, plan: large.plan })).toMatchObject({
      run: { files: 1, rebuilt: ['bronze.a'] },
    });
    expect(listFiles(second)).toEqual(['gym_logins/c']);
  });
});

describe('a plan that is rejected', () => {
  it('has changed inputs since it was queued, which stay on record', async () => {
    const ports = await createPorts(ofFiles, [{ ...getProperties(file), etag: '0x2' }]);
    expect(await preparePlan(ports, { batch: batch, plan: ofFiles.plan })).toEqual({ kind: 'rejected' });
    expect(await ports.plans.getExecution(ofFiles.plan)).toMatchObject({
      state: 'rejected',
      changedInputs: [expect.stringContaining("'gym_logins/a'")],
    });
    expect(ports.texts.has(manifestPath(batch))).toBe(false);
    expect(await preparePlan(ports, { batch: batch, plan: ofFiles.plan })).toEqual({ kind: 'rejected' });
  });

  it.for(['queued', 'running'] as const)('is not the text that was approved by one byte: %s', async (state) => {
    const ports = await createPorts(ofFiles);
    if (state === 'running') await preparePlan(ports, { batch: batch, plan: ofFiles.plan });
    ports.texts.set(planPath(ofFiles.plan), `${JSON.stringify(ofFiles)} `);

    expect(await preparePlan(ports, { batch: batch, plan: ofFiles.plan })).toEqual({ kind: 'rejected' });

    expect(await ports.plans.getExecution(ofFiles.plan)).toMatchObject({
      state: 'rejected',
      changedInputs: [expect.stringMatching(/^The text of plan 'p-.*' has changed: its SHA-256 is '[0-9a-f]{64}'/)],
    });
  });

  it('waited until somebody switched a layer to a stream, which would count it as done at once', async () => {
    const ports = await createPorts(ofGold);
    await ports.streams.updateSettings('gold', { mode: 'continuous' });
    expect(await preparePlan(ports, { batch, plan: ofGold.plan })).toEqual({ kind: 'rejected' });
    expect(await ports.plans.getExecution(ofGold.plan)).toMatchObject({
      state: 'rejected',
      changedInputs: [expect.stringContaining("these layers stream: '")],
    });
  });

  it('was never saved, or never queued', async () => {
    const ports = await createPorts(ofFiles);
    const other = `p-${toBatch(5)}`;
    expect(await preparePlan(ports, { batch: batch, plan: other })).toEqual({ kind: 'rejected' });
    ports.texts.set(planPath(other), JSON.stringify({ ...ofFiles, plan: other }));
    expect(await preparePlan(ports, { batch: batch, plan: other })).toEqual({ kind: 'rejected' });
  });

  it('is rejected at once if its text is garbage, or gone, so that it holds up nobody', async () => {
    for (const text of ['garbage', '{}', undefined]) {
      const ports = await createPorts(ofFiles);
      if (text === undefined) ports.texts.delete(planPath(ofFiles.plan));
      else ports.texts.set(planPath(ofFiles.plan), text);
      expect(await preparePlan(ports, { batch, plan: ofFiles.plan })).toEqual({ kind: 'rejected' });
      expect(await ports.plans.getExecution(ofFiles.plan)).toMatchObject({ state: 'rejected' });
      expect(await ports.plans.nextQueued()).toBeUndefined();
    }
  });

  it('is tried again while the lake is away, and rejected with the reason after many times', async () => {
    const ports = await createPorts(ofFiles);
    const lake = { ...ports.lake, readControl: () => Promise.reject(new Error('The lake is away.')) };
    for (let attempt = 1; attempt < 8; attempt++)
      await expect(preparePlan({ ...ports, lake }, { batch, plan: ofFiles.plan })).rejects.toThrow('The lake is away.');
    expect(await ports.plans.nextQueued()).toBe(ofFiles.plan);
    expect(await preparePlan({ ...ports, lake }, { batch, plan: ofFiles.plan })).toEqual({ kind: 'rejected' });
    expect(await ports.plans.getExecution(ofFiles.plan)).toMatchObject({
      state: 'rejected',
      failedAttempts: 8,
      failure: 'It could not be prepared. The lake is away.',
    });
    expect(await ports.plans.nextQueued()).toBeUndefined();
  });

  it('waits for a day while the lake is away, as any other work does', async () => {
    const ports = await createPorts(ofFiles);
    const away = { ...ports, lake: { ...ports.lake, readControl: () => Promise.reject(new LakeError('Away.')) } };
    for (let attempt = 1; attempt < 960; attempt++)
      await expect(preparePlan(away, { batch, plan: ofFiles.plan })).rejects.toThrow('Away.');
    expect(await ports.plans.nextQueued()).toBe(ofFiles.plan);
    expect(await preparePlan(away, { batch, plan: ofFiles.plan })).toEqual({ kind: 'rejected' });
  });

  it('was withdrawn, also in the moment in which it was taken up', async () => {
    const ports = await createPorts(ofFiles);
    const lake = {
      ...ports.lake,
      readControl: async (path: string) => {
        await ports.plans.updateExecution(ofFiles.plan, (execution) => ({ ...execution, state: 'withdrawn' }));
        return ports.lake.readControl(path);
      },
    };
    expect(await preparePlan({ ...ports, lake }, { batch, plan: ofFiles.plan })).toEqual({ kind: 'rejected' });
    expect(await ports.plans.getExecution(ofFiles.plan)).toMatchObject({ state: 'withdrawn' });
    expect(ports.texts.has(manifestPath(batch))).toBe(false);
    expect(await preparePlan(ports, { batch, plan: ofFiles.plan })).toEqual({ kind: 'rejected' });
  });
});
