import { describe, expect, it } from 'vitest';
import { exclusionPath } from '../../../medallion/files/decisions.ts';
import { formatManifest, manifestPath } from '../../../medallion/files/manifest.ts';
import type { Layer } from '../../../medallion/layer.ts';
import { Plan, planPath } from '../../../medallion/reprocessing/plan.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { excludeFile } from '../../../operations/intake/decide-file.ts';
import { isRejected } from '../../../operations/rejected.ts';
import { retryRun } from '../../../operations/runs/retry-run.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createRun, toBatch, toTime } from '../../support/batches.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { storeFile } from '../../support/store-file.ts';

const batch = toBatch(1);
const file = aFile('gym_logins/a', { batch, status: 'failed' });
const decision = { actor: 'ann', reason: 'The rule was wrong.', plan: `p-${batch}` };
const now = new Date(toTime(9));
const cancellation = "Cancelled by 'ann': Wrong file.";

interface Situation {
  readonly exclusion?: string;
  readonly isLanded?: boolean;
}

async function createPorts({ exclusion, isLanded = true }: Situation = {}) {
  const line = { ...file, batch, replaces: null };
  const texts = { [manifestPath(batch)]: formatManifest([line]) };
  const landed = isLanded ? [getProperties(file)] : [];
  const ports = createFakePorts({ datasets: [aLanding('gym_logins')], texts, landed });
  await storeFile(ports, file);
  await ports.pipelineControl.requestCancellation(batch, cancellation);
  if (exclusion !== undefined) await excludeFile(ports, file, exclusion);
  return ports;
}

const createFailed = (layer: Layer) =>
  createRun(1, 'failed', { layers: [{ layer, jobRuns: [], outcome: 'failed', startedAt: toTime(1) }] });

async function retry(
  ports: Awaited<ReturnType<typeof createPorts>>,
  layer: Layer,
  run: RunRecord = createFailed(layer),
): Promise<Plan> {
  const execution = await retryRun(ports, run, decision, now);
  if (isRejected(execution)) throw new Error(execution.reason);
  return Plan.parse(JSON.parse(ports.texts.get(planPath(execution.plan)) ?? ''));
}

describe('a retry', () => {
  it('reads the files of the run again when it ended in bronze', async () => {
    const { files, steps } = await retry(await createPorts(), 'bronze');
    expect(files.map(({ path }) => path)).toEqual(['gym_logins/a']);
    expect(steps.map(({ kind }) => kind)).toEqual(['reload', 'follow', 'follow']);
  });

  it('begins with the layer whose rules hold tables back, so that they are judged anew', async () => {
    const violation = { rule: 'r', table: 'bronze.a', action: 'block', reason: 'Wrong.', blocks: ['gold.a'] } as const;
    const verdict = { outcome: 'warned', rules: 1, evaluated: 1, fingerprint: 'f', violations: [violation] } as const;
    const begun = { jobRuns: [], startedAt: toTime(1) };
    const layers = [
      { ...begun, layer: 'bronze', outcome: 'warned', verdict },
      { ...begun, layer: 'silver', outcome: 'passed' },
      { ...begun, layer: 'gold', outcome: 'passed' },
    ];
    const run = createRun(1, 'blocked', { layers: layers as unknown as RunRecord['layers'] });
    const { steps } = await retry(await createPorts(), 'gold', run);
    expect(steps.map(({ layer }) => layer)).toEqual(['bronze', 'silver', 'gold']);
  });

  it('reads files again that a cancellation has kept out, wherever the run ended', async () => {
    const ports = await createPorts({ exclusion: cancellation });
    const { files, steps } = await retry(ports, 'gold');
    expect(files).toHaveLength(1);
    expect(steps.map(({ kind }) => kind)).toEqual(['reload', 'follow', 'follow']);
    expect(ports.texts.has(exclusionPath(file))).toBe(false);
  });

  it('reads them all the same when it is sent again, after it broke off with its plan unsaved', async () => {
    const ports = await createPorts({ exclusion: cancellation });
    const away = {
      ...ports,
      lake: { ...ports.lake, commitControl: () => Promise.reject(new Error('Storage is away.')) },
    };
    await expect(retryRun(away, createFailed('gold'), decision, now)).rejects.toThrow('Storage is away.');
    const { files, steps } = await retry(ports, 'gold');
    expect(files).toHaveLength(1);
    expect(steps.map(({ kind }) => kind)).toEqual(['reload', 'follow', 'follow']);
  });

  it('leaves out a file that a person has excluded', async () => {
    const ports = await createPorts({ exclusion: 'Excluded.' });
    expect(await retryRun(ports, createFailed('bronze'), decision, now)).toMatchObject({ code: 'empty_selection' });
    expect(await ports.files.findById(file.file)).toMatchObject({ status: 'excluded', reason: 'Excluded.' });
  });

  it('that is rejected leaves the files out', async () => {
    const ports = await createPorts({ exclusion: cancellation, isLanded: false });
    expect(await retryRun(ports, createFailed('bronze'), decision, now)).toMatchObject({ code: 'empty_selection' });
    expect(await ports.files.findById(file.file)).toMatchObject({ status: 'excluded', reason: cancellation });
    expect(ports.texts.has(exclusionPath(file))).toBe(true);
  });
});
