import { describe, expect, it } from 'vitest';
import { cancelRun, retryRun, skipRun } from '../../../../functions/http/routes/run-actions.ts';
import { formatManifest, manifestPath } from '../../../../medallion/files/manifest.ts';
import type { Layer } from '../../../../medallion/layer.ts';
import { Plan, planPath, toManifestLine, toPlannedFile } from '../../../../medallion/reprocessing/plan.ts';
import type { LayerRecord, RunRecord } from '../../../../medallion/runs/run.ts';
import { aFile, getProperties } from '../../../support/a-file.ts';
import { batch } from '../../../support/samples.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const file = aFile('gym_logins/a', { batch, status: 'failed' });
const params = { id: batch };
const body = { reason: 'It was the wrong file.' };

/** What the layers below were last judged as. */
const judged = (layer: Layer): LayerRecord => ({
  ...{ layer, jobRuns: [], outcome: 'passed', startedAt: '2026-01-01T00:00:00Z', versions: { [`${layer}.a`]: 1 } },
  verdict: { outcome: 'passed', rules: 1, evaluated: 1, fingerprint: 'f' },
});
const sound: RunRecord = {
  ...{ batch, outcome: 'published', files: 1, datasets: [], startedAt: '2026-01-01T00:00:00Z' },
  layers: [judged('bronze'), judged('silver')],
};

function roomWith(outcome: RunRecord['outcome'], last: Layer = 'bronze', change: Partial<RunRecord> = {}) {
  const layers = [{ layer: last, jobRuns: [], outcome: 'failed' as const, startedAt: '2026-01-01T00:00:00Z' }];
  const run: RunRecord = {
    batch,
    outcome,
    files: 1,
    datasets: [],
    startedAt: '2026-01-01T00:00:00Z',
    layers,
    ...change,
  };
  return createTestContext({
    files: [file],
    landed: [getProperties(file)],
    texts: { [manifestPath(batch)]: formatManifest([toManifestLine(batch, toPlannedFile(file))]) },
    registry: { run: async (id) => (id === batch ? run : undefined), runs: async () => ({ rows: [sound] }) },
  });
}

describe('cancelling a run', () => {
  it('is written down with who and why, for the run to see to it', async () => {
    const context = roomWith('running');
    expect((await send(context, cancelRun, { params, body })).status).toBe(202);
    expect(await context.ports.desk.cancellation(batch)).toBe("Cancelled by 'local': It was the wrong file.");
    expect(context.ports.desk.kept.acts).toMatchObject([{ action: 'cancelled', target: batch, actor: 'local' }]);
  });

  it.for(['published', 'blocked', 'failed', 'cancelled'] as const)('is too late when it is %s', async (outcome) => {
    const context = roomWith(outcome);
    expect((await send(context, cancelRun, { params, body })).status).toBe(409);
    expect(context.ports.desk.kept.acts).toEqual([]);
  });
});

describe('retrying a run', () => {
  const planOf = async (last: Layer) => {
    const context = roomWith('failed', last);
    const { body: execution, status } = await send(context, retryRun, { params, body });
    expect(status).toBe(202);
    return Plan.parse(JSON.parse(context.ports.texts.get(planPath(execution.plan)) ?? ''));
  };

  it('reads its files again when bronze broke down', async () => {
    const { files, steps } = await planOf('bronze');
    expect(files.map(({ path }) => path)).toEqual(['gym_logins/a']);
    expect(steps.map(({ kind }) => kind)).toEqual(['files', 'continue', 'continue']);
  });

  it('goes on from the layer that broke down', async () => {
    expect(await planOf('gold')).toMatchObject({ files: [], steps: [{ layer: 'gold', kind: 'continue' }] });
  });

  it.for(['running', 'published', 'skipped'] as const)('is not for one that is %s', async (outcome) => {
    expect((await send(roomWith(outcome), retryRun, { params, body })).status).toBe(409);
  });

  it('is not for one whose rows a later release has carried', async () => {
    const context = roomWith('blocked', 'gold', { release: 'r-2' });
    expect((await send(context, retryRun, { params, body })).status).toBe(409);
  });
});

describe('skipping a run', () => {
  it('closes it with a reason, and its files too', async () => {
    const context = roomWith('blocked');
    expect((await send(context, skipRun, { params, body })).body).toMatchObject({
      files: 1,
      entry: { action: 'skipped' },
    });
    expect(context.ports.saved).toMatchObject([{ outcome: 'skipped', reason: expect.stringContaining('wrong file') }]);
    expect(context.ports.settled).toMatchObject([{ batch, end: { status: 'ignored' } }]);
  });
});

it.for([cancelRun, retryRun, skipRun])('$name knows no other run', async (route) => {
  const logged = await send(roomWith('failed'), route, { params: { id: 'nothing' }, body });
  expect(logged.status).toBe(404);
});
