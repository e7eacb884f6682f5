import { describe, expect, it } from 'vitest';
import { reportFolder } from '../../../medallion/files/manifest.ts';
import type { Layer } from '../../../medallion/layer.ts';
import { createStepsFrom, toPlannedFile } from '../../../medallion/reprocessing/plan.ts';
import type { LayerRecord, RunRecord } from '../../../medallion/runs/run.ts';
import { estimatePlan } from '../../../operations/reprocessing/estimate.ts';
import { aFile } from '../../support/a-file.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { batch, publishedRun } from '../../support/samples.ts';

const account = { file: '0'.repeat(32), outcome: 'loaded', lines: 100, blank: 0, accepted: 100, quarantinedLines: 0 };
const report = JSON.stringify({ batch, layer: 'bronze', tables: [], files: [account] });
const startedAt = '2026-01-01T00:00:00.000Z';
const createLayer = (layer: Layer, seconds: number): LayerRecord => ({
  layer,
  jobRuns: [],
  outcome: 'passed',
  startedAt,
  endedAt: new Date(Date.parse(startedAt) + seconds * 1000).toISOString(),
});
const run: RunRecord = {
  ...publishedRun,
  layers: [createLayer('bronze', 3), createLayer('silver', 2), createLayer('gold', 1)],
};
const files = [toPlannedFile(aFile('gym_logins/a', { lines: 40 })), toPlannedFile(aFile('gym_logins/b'))];
const steps = createStepsFrom('bronze', []);

describe('estimatePlan', () => {
  it('adds up what the layers took before', async () => {
    const ports = createFakePorts({ texts: { [`${reportFolder(batch, 'bronze')}/00000001.json`]: report } });
    await ports.runs.save(run);
    expect(await estimatePlan(ports, steps, files)).toEqual({ rows: 40, seconds: 6 });
  });

  it('promises no time without a release that left a report', async () => {
    const ports = createFakePorts();
    expect(await estimatePlan(ports, steps, files)).toEqual({ rows: 40 });
    await ports.runs.save(run);
    expect(await estimatePlan(ports, steps, files)).toEqual({ rows: 40 });
  });

  it('promises no time for a layer that never ran', async () => {
    const ports = createFakePorts({ texts: { [`${reportFolder(batch, 'bronze')}/00000001.json`]: report } });
    await ports.runs.save({ ...run, layers: run.layers.slice(0, 2) });
    expect(await estimatePlan(ports, steps, files)).toEqual({ rows: 40 });
  });
});

describe('a layer that is rebuilt', () => {
  const tables = [createTableContract('bronze.a'), createTableContract('silver.b')];
  const rebuild = createStepsFrom('silver', ['silver']);

  it('reads all that lies below it', async () => {
    const ports = createFakePorts({ tables, answer: () => ({ kind: 'rows', rows: [{ n: 500 }] }) });
    expect(await estimatePlan(ports, rebuild, [])).toEqual({ rows: 500 });
    expect(ports.statements[0]).toContain('FROM bronze.a');
    expect(ports.statements[0]).not.toContain('silver.b');
  });

  it.for([
    ['are rejected', { kind: 'rejected', reason: 'It is paused.' }],
    ['give nothing', { kind: 'rows', rows: [{ n: null }] }],
  ] as const)('is estimated at no rows when the counts %s', async ([, result]) => {
    const ports = createFakePorts({
      tables,
      answer: () => (result.kind === 'rows' ? { ...result, rows: [...result.rows] } : result),
    });
    expect(await estimatePlan(ports, rebuild, [])).toEqual({ rows: 0 });
  });
});
