import { describe, expect, it } from 'vitest';
import { cancelRun, retryRun, skipRun } from '../../../../functions/http/routes/run-actions.ts';
import { formatManifest, manifestPath } from '../../../../medallion/files/manifest.ts';
import type { Layer } from '../../../../medallion/layer.ts';
import { Plan, planPath, toManifestLine, toPlannedFile } from '../../../../medallion/reprocessing/plan.ts';
import type { LayerRecord, RunRecord } from '../../../../medallion/runs/run.ts';
import { aFile, getProperties } from '../../../support/a-file.ts';
import { aLanding } from '../../../support/a-landing.ts';
import { batch } from '../../../support/samples.ts';
import { storeFile } from '../../../support/store-file.ts';
import { createTestContext, send, type TestContext } from '../../../support/test-context.ts';

const startedAt = '2026-01-01T00:00:00Z';
const file = aFile('gym_logins/a', { batch, status: 'failed' });
const params = { id: batch };
const body = { reason: 'It was the wrong file.' };

/** The last verdict on a layer below. */
const createJudged = (layer: Layer): LayerRecord => ({
  layer,
  jobRuns: [],
  outcome: 'passed',
  startedAt: '2025-12-31T00:00:00Z',
  versions: { [`${layer}.a`]: 1 },
  verdict: { outcome: 'passed', rules: 1, evaluated: 1, fingerprint: 'f' },
});
const sound: RunRecord = {
  batch: batch.replace('20260101', '20251231'),
  outcome: 'published',
  files: 1,
  datasets: [],
  startedAt: '2025-12-31T00:00:00Z',
  layers: [createJudged('bronze'), createJudged('silver')],
};

async function createContext(
  outcome: RunRecord['outcome'],
  last: Layer = 'bronze',
  change: Partial<RunRecord> = {},
): Promise<TestContext> {
  const context = createTestContext({
    datasets: [aLanding('gym_logins')],
    landed: [getProperties(file)],
    texts: { [manifestPath(batch)]: formatManifest([toManifestLine(batch, toPlannedFile(file))]) },
  });
  await storeFile(context.ports, file);
  await context.ports.runs.save(sound);
  const layers: LayerRecord[] = [{ layer: last, jobRuns: [], outcome: 'failed', startedAt }];
  await context.ports.runs.save({ batch, outcome, files: 1, datasets: [], startedAt, layers, ...change });
  return context;
}

const listEntries = async ({ ports }: TestContext) => (await ports.auditLog.list({}, 10)).rows;

describe('cancelling a run', () => {
  it('is recorded with actor and reason, for the run to carry out', async () => {
    const context = await createContext('running');
    expect((await send(context, cancelRun, { params, body })).status).toBe(202);
    const cancellation = await context.ports.pipelineControl.findCancellation(batch);
    expect(cancellation).toBe("Cancelled by 'local': It was the wrong file.");
    expect(await listEntries(context)).toMatchObject([{ action: 'cancel', target: batch, actor: 'local' }]);
  });

  it.for(['published', 'blocked', 'failed', 'cancelled'] as const)('is too late when it is %s', async (outcome) => {
    const context = await createContext(outcome);
    expect((await send(context, cancelRun, { params, body })).status).toBe(409);
    expect(await listEntries(context)).toEqual([]);
    expect(await context.ports.pipelineControl.findCancellation(batch)).toBeUndefined();
  });
});

describe('retrying a run', () => {
  const retry = async (last: Layer) => {
    const context = await createContext('failed', last);
    const { body: execution, status } = await send(context, retryRun, { params, body });
    expect(status).toBe(202);
    expect(context.wakeUps).toEqual(['pipeline']);
    expect(await listEntries(context)).toMatchObject([{ action: 'retry', target: batch }]);
    return Plan.parse(JSON.parse(context.ports.texts.get(planPath(execution.plan)) ?? ''));
  };

  it('reads its files again when bronze failed', async () => {
    const { files, steps } = await retry('bronze');
    expect(files.map(({ path }) => path)).toEqual(['gym_logins/a']);
    expect(steps.map(({ kind }) => kind)).toEqual(['reload', 'follow', 'follow']);
  });

  it('goes on from the layer that failed', async () => {
    expect(await retry('gold')).toMatchObject({ files: [], steps: [{ layer: 'gold', kind: 'follow' }] });
  });

  it.for(['running', 'published', 'skipped'] as const)('is not for one that is %s', async (outcome) => {
    expect((await send(await createContext(outcome), retryRun, { params, body })).status).toBe(409);
  });

  it('is not for one whose rows a later release has carried', async () => {
    const context = await createContext('blocked', 'gold', { release: 'r-2' });
    expect(await send(context, retryRun, { params, body })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining("'r-2'") },
    });
  });
});

describe('skipping a run', () => {
  it('closes it with a reason, and its files too', async () => {
    const context = await createContext('blocked');
    const { files, runs } = context.ports;
    expect((await send(context, skipRun, { params, body })).body).toMatchObject({ files: 1, action: 'skip' });
    const reason = "Skipped by 'local': It was the wrong file.";
    expect(await runs.get(batch)).toMatchObject({ outcome: 'skipped', reason });
    expect(await files.get('gym_logins', file.file)).toMatchObject({ batch, status: 'excluded', reason });
    expect(context.wakeUps).toEqual(['pipeline']);
  });

  it.for(['running', 'published'] as const)('is not for one that is %s', async (outcome) => {
    const context = await createContext(outcome);
    expect((await send(context, skipRun, { params, body })).status).toBe(409);
    expect(await listEntries(context)).toEqual([]);
  });
});

it.for([cancelRun, retryRun, skipRun])('$name has no other run', async (route) => {
  const { status } = await send(await createContext('failed'), route, { params: { id: 'nothing' }, body });
  expect(status).toBe(404);
});
