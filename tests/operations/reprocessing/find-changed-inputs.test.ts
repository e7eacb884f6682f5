import { describe, expect, it } from 'vitest';
import { createStrictTable } from '../../../emulators/table-storage/strict-table.ts';
import type { Layer } from '../../../medallion/layer.ts';
import { createStepsFrom, type Plan, toPlannedFile } from '../../../medallion/reprocessing/plan.ts';
import type { LayerRecord } from '../../../medallion/runs/run.ts';
import { findChangedInputs, readUpstreamState } from '../../../operations/reprocessing/find-changed-inputs.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { aPlan } from '../../support/a-plan.ts';
import { createRun, toTime } from '../../support/batches.ts';
import { createFakePorts, type FakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';
import { storeFile } from '../../support/store-file.ts';

const file = aFile('gym_logins/a', { batch });
const ofFiles = aPlan({ files: [toPlannedFile(file)] });
const ofGold = aPlan({ selection: { layer: 'gold' }, steps: createStepsFrom('gold', ['gold']) });

async function createPorts(options: Parameters<typeof createFakePorts>[0] = {}): Promise<FakePorts> {
  const ports = createFakePorts({ datasets: [aLanding('gym_logins')], landed: [getProperties(file)], ...options });
  await storeFile(ports, file);
  return ports;
}

const createLayer = (layer: Layer, minute: number): LayerRecord => ({
  layer,
  jobRuns: [],
  outcome: 'passed',
  startedAt: toTime(minute),
  versions: { [`${layer}.a`]: minute },
  verdict: { outcome: 'passed', rules: 1, evaluated: 1, fingerprint: 'f' },
});

describe('findChangedInputs', () => {
  it('finds nothing as long as everything is as it was planned', async () => {
    expect(await findChangedInputs(await createPorts(), ofFiles)).toEqual([]);
  });

  it('finds files behind pages that the service ends early', async () => {
    const ports = await createPorts({ table: createStrictTable({ emptyPages: 3 }) });
    expect(await findChangedInputs(ports, ofFiles)).toEqual([]);
  });

  it.for([
    ['was overwritten', [{ ...getProperties(file), etag: '0x2' }], 'has another content now'],
    ['is gone', [], 'is no longer in the landing zone'],
  ] as const)('names a file that %s', async ([, landed, sentence]) => {
    const changes = await findChangedInputs(await createPorts({ landed }), ofFiles);
    expect(changes).toEqual([expect.stringContaining(`File 'gym_logins/a' ${sentence}`)]);
  });

  it('names a file that was loaded again, or is on its way', async () => {
    const ports = await createPorts();
    const line = { ...file, batch: createRun(9, 'running').batch, replaces: file.file };
    await ports.files.markReloading([line]);
    expect(await findChangedInputs(ports, ofFiles)).toEqual([expect.stringContaining('is loading')]);
    await ports.files.finalize([line], new Map(), { status: 'published', release: 'r-9' });
    expect(await findChangedInputs(ports, ofFiles)).toEqual([expect.stringContaining('was loaded again in batch')]);
  });

  it('names a definition that has changed', async () => {
    const plan: Plan = { ...ofFiles, definitions: { 'gold.a': '1' } };
    const ports = await createPorts({ definitions: { 'gold.a': '2' } });
    expect(await findChangedInputs(ports, plan)).toEqual(["The definition of 'gold.a' has changed."]);
  });

  it('names a layer below on which nothing can be built', async () => {
    const ports = await createPorts();
    await ports.runs.save(createRun(1, 'published', { layers: [createLayer('silver', 1)] }));
    expect(await findChangedInputs(ports, ofGold)).toEqual(["Layer 'bronze' was never judged."]);
  });
});

describe('readUpstreamState', () => {
  it('is the last verdict on each layer below the first step', async () => {
    const ports = await createPorts();
    const layers = [createLayer('bronze', 1), createLayer('silver', 1)];
    await ports.runs.save(createRun(1, 'published', { layers }));
    await ports.runs.save(createRun(2, 'failed', { layers: [createLayer('bronze', 2)] }));
    expect(await readUpstreamState(ports, ofGold)).toEqual({
      versions: { 'bronze.a': 2, 'silver.a': 1 },
      retainedTables: [],
      blockedReasons: [],
    });
    expect(await readUpstreamState(ports, ofFiles)).toMatchObject({ versions: {}, blockedReasons: [] });
  });
});
