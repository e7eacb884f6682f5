import { describe, expect, it } from 'vitest';
import { cancelRun, retryRun, skipRun } from '../../../../functions/http/routes/run-actions.ts';
import { manifestPath, manifestText } from '../../../../medallion/files/manifest.ts';
import type { Layer } from '../../../../medallion/layer.ts';
import { lineOfPlanned, Plan, plannedFile, planPath } from '../../../../medallion/reprocessing/plan.ts';
import type { LayerRecord, RunRecord } from '../../../../medallion/runs/run.ts';
import { aFile, factsOf } from '../../../support/a-file.ts';
import { aRoom, ask } from '../../../support/a-room.ts';
import { batch } from '../../../support/samples.ts';

const file = aFile('gym_logins/a', { batch, fate: 'failed' });
const params = { id: batch };
const body = { why: 'It was the wrong file.' };

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
  return aRoom({
    files: [file],
    landed: [factsOf(file)],
    texts: { [manifestPath(batch)]: manifestText([lineOfPlanned(batch, plannedFile(file))]) },
    registry: { run: async (id) => (id === batch ? run : undefined), runs: async () => ({ rows: [sound] }) },
  });
}

describe('cancelling a run', () => {
  it('is written down with who and why, for the run to see to it', async () => {
    const room = roomWith('running');
    expect((await ask(room, cancelRun, { params, body })).status).toBe(202);
    expect(await room.world.desk.cancellation(batch)).toBe("Cancelled by 'local': It was the wrong file.");
    expect(room.world.desk.kept.acts).toMatchObject([{ did: 'cancelled', target: batch, who: 'local' }]);
  });

  it.for(['published', 'held', 'failed', 'cancelled'] as const)('is too late when it is %s', async (outcome) => {
    const room = roomWith(outcome);
    expect((await ask(room, cancelRun, { params, body })).status).toBe(409);
    expect(room.world.desk.kept.acts).toEqual([]);
  });
});

describe('retrying a run', () => {
  const planOf = async (last: Layer) => {
    const room = roomWith('failed', last);
    const { body: execution, status } = await ask(room, retryRun, { params, body });
    expect(status).toBe(202);
    return Plan.parse(JSON.parse(room.world.texts.get(planPath(execution.plan)) ?? ''));
  };

  it('reads its files again when bronze broke down', async () => {
    const { files, steps } = await planOf('bronze');
    expect(files.map(({ path }) => path)).toEqual(['gym_logins/a']);
    expect(steps.map(({ how }) => how)).toEqual(['files', 'continue', 'continue']);
  });

  it('goes on from the layer that broke down', async () => {
    expect(await planOf('gold')).toMatchObject({ files: [], steps: [{ layer: 'gold', how: 'continue' }] });
  });

  it.for(['running', 'published', 'skipped'] as const)('is not for one that is %s', async (outcome) => {
    expect((await ask(roomWith(outcome), retryRun, { params, body })).status).toBe(409);
  });

  it('is not for one whose rows a later release has carried', async () => {
    const room = roomWith('held', 'gold', { release: 'r-2' });
    expect((await ask(room, retryRun, { params, body })).status).toBe(409);
  });
});

describe('skipping a run', () => {
  it('closes it with a reason, and its files too', async () => {
    const room = roomWith('held');
    expect((await ask(room, skipRun, { params, body })).body).toMatchObject({ files: 1, act: { did: 'skipped' } });
    expect(room.world.saved).toMatchObject([{ outcome: 'skipped', because: expect.stringContaining('wrong file') }]);
    expect(room.world.settled).toMatchObject([{ batch, end: { fate: 'ignored' } }]);
  });
});

it.for([cancelRun, retryRun, skipRun])('$name knows no other run', async (route) => {
  const said = await ask(roomWith('failed'), route, { params: { id: 'nothing' }, body });
  expect(said.status).toBe(404);
});
