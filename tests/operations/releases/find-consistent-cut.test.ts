import { describe, expect, it } from 'vitest';
import { reportFolder } from '../../../medallion/files/manifest.ts';
import { layers, type Modes } from '../../../medallion/layer.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { findConsistentCut } from '../../../operations/releases/find-consistent-cut.ts';
import { createRun, toBatch, toTime } from '../../support/batches.ts';
import { createFakePorts, type FakePorts } from '../../support/fake-ports.ts';
import { continuous, triggered } from '../../support/samples.ts';

const toProgress = (layer: string, entry: object) => ({
  [`progress/${layer}/00000001.json`]: JSON.stringify({ layer, entries: [{ at: toTime(0), ...entry }] }),
});
const built = {
  ...toProgress('bronze', { versions: { 'bronze.bpm': 4 } }),
  ...toProgress('silver', { versions: { 'silver.users': 2 }, read: { 'bronze.bpm': 4 } }),
  ...toProgress('gold', { versions: { 'gold.summary': 7 }, read: { 'silver.users': 2 } }),
};
const batch = toBatch(1);
const unreleased = { batch, files: 2, datasets: ['bpm'] };
const versions = { 'bronze.bpm': 4, 'silver.users': 2, 'gold.summary': 7 };

const toReport = (version: number, loaded = batch) => ({
  [`${reportFolder(loaded, 'bronze')}/00000001.json`]: JSON.stringify({
    batch: loaded,
    layer: 'bronze',
    tables: [{ table: 'bronze.bpm', version, changed: true }],
  }),
});

/** A run that left gold at this version. */
const createGoldRun = (version: number, outcome: RunRecord['outcome'] = 'published') =>
  createRun(0, outcome, {
    layers: [
      {
        layer: 'gold',
        jobRuns: [],
        outcome: 'passed',
        startedAt: toTime(0),
        versions: { 'gold.summary': version },
      },
    ],
  });

async function createPorts(texts: Record<string, string>, modes: Modes = continuous): Promise<FakePorts> {
  const ports = createFakePorts({ texts, modes });
  await ports.unreleasedBatches.save(unreleased);
  return ports;
}

describe('findConsistentCut', () => {
  it('names the versions of all layers and the batches that are in them', async () => {
    const ports = await createPorts({ ...built, ...toReport(4) });
    expect(await findConsistentCut(ports)).toEqual({
      kind: 'cut',
      versions,
      batches: [batch],
      files: 2,
      datasets: ['bpm'],
    });
    expect(await ports.unreleasedBatches.list()).toEqual([{ ...unreleased, versions: { 'bronze.bpm': 4 } }]);
  });

  it('adds up what is in several batches', async () => {
    const ports = await createPorts({
      ...built,
      ...toReport(3),
      ...toReport(4, toBatch(2)),
      ...toReport(5, toBatch(3)),
    });
    await ports.unreleasedBatches.save({ batch: toBatch(2), files: 3, datasets: ['workout', 'bpm'] });
    await ports.unreleasedBatches.save({ batch: toBatch(3), files: 1, datasets: ['other'] });
    expect(await findConsistentCut(ports)).toMatchObject({
      batches: [toBatch(1), toBatch(2)],
      files: 5,
      datasets: ['bpm', 'workout'],
    });
  });

  it('is over while pipeline and streams are all paused, and there again afterwards', async () => {
    const ports = await createPorts({ ...built, ...toReport(4) });
    const pause = { actor: 'ann', reason: 'deployment 7', at: toTime(0) };
    await ports.pipelineControl.setState({ state: 'paused', ...pause });
    for (const layer of layers) await ports.streams.updateSettings(layer, { paused: true });
    expect(await findConsistentCut(ports)).toEqual({ kind: 'over' });
    await ports.pipelineControl.setState({ state: 'running', ...pause });
    expect(await findConsistentCut(ports)).toMatchObject({ kind: 'cut', batches: [batch] });
  });

  it('leaves out a batch that gold is not made of yet', async () => {
    expect(await findConsistentCut(await createPorts({ ...built, ...toReport(5) }))).toEqual({ kind: 'nothing' });
    expect(await findConsistentCut(await createPorts(built))).toEqual({ kind: 'nothing' });
  });

  it('releases gold that has changed without a new file, once', async () => {
    const ports = createFakePorts({ texts: built, modes: continuous });
    expect(await findConsistentCut(ports)).toEqual({ kind: 'nothing' });
    await ports.runs.save(createGoldRun(6));
    expect(await findConsistentCut(ports)).toEqual({ kind: 'cut', versions, batches: [], files: 0, datasets: [] });
    await ports.runs.save(createGoldRun(7));
    expect(await findConsistentCut(ports)).toEqual({ kind: 'nothing' });
  });

  it('releases nothing before gold is made without the rows of an excluded file', async () => {
    const ports = await createPorts({ ...built, ...toReport(4), ...toReport(5, toBatch(2)) });
    await ports.unreleasedBatches.save({ batch: toBatch(2), files: 1, datasets: ['bpm'], removals: 1 });
    expect(await findConsistentCut(ports)).toEqual({ kind: 'nothing' });
    ports.texts.set(
      ...(Object.entries(toProgress('silver', { versions: { 'silver.users': 2 }, read: { 'bronze.bpm': 5 } }))[0] as [
        string,
        string,
      ]),
    );
    expect(await findConsistentCut(ports)).toMatchObject({ kind: 'cut', batches: [toBatch(1), toBatch(2)] });
  });

  it('finds nothing before gold was ever built', async () => {
    expect(await findConsistentCut(await createPorts({}))).toEqual({ kind: 'nothing' });
  });

  it('is over as soon as a layer is built by a run per batch', async () => {
    const texts = { ...built, ...toReport(4) };
    expect(await findConsistentCut(await createPorts(texts, triggered))).toEqual({ kind: 'over' });
    const ports = await createPorts(texts);
    await ports.streams.updateSettings('gold', { mode: 'triggered' });
    expect(await findConsistentCut(ports)).toEqual({ kind: 'over' });
  });

  it('leaves publishing to a batch that is still being run', async () => {
    const ports = await createPorts({ ...built, ...toReport(4) });
    await ports.runs.save(createGoldRun(6, 'running'));
    expect(await findConsistentCut(ports)).toEqual({ kind: 'nothing' });
  });
});
