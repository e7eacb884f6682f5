import { describe, expect, it } from 'vitest';
import { manifestPath, parseManifest } from '../../../medallion/files/manifest.ts';
import { createStepsFrom, type Plan, planPath, toPlannedFile } from '../../../medallion/reprocessing/plan.ts';
import { preparePlan } from '../../../orchestrations/activities/prepare-plan.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aPlan } from '../../support/a-plan.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

const file = aFile('gym_logins/a');

async function worldWith(plan: Plan, landed = [getProperties(file)]) {
  const verdict = { outcome: 'passed' as const, rules: 1, evaluated: 1, fingerprint: 'f' };
  const layer = { jobRuns: [], outcome: 'passed' as const, startedAt: '2026-01-01T00:00:00Z', verdict };
  const run = { batch, outcome: 'published' as const, files: 1, datasets: [], startedAt: '2026-01-01T00:00:00Z' };
  const layers = [
    { ...layer, layer: 'bronze' as const, versions: { 'bronze.a': 4 } },
    { ...layer, layer: 'silver' as const, versions: { 'silver.b': 5 } },
  ];
  const ports = createFakePorts({
    ...{ files: [file], landed, tables: [createTableContract('gold.c')] },
    texts: { [planPath(plan.plan)]: JSON.stringify(plan) },
    registry: {
      runs: async () => ({
        rows: [
          { ...run, layers: [] },
          { ...run, layers },
        ],
      }),
    },
  });
  await ports.desk.execute({
    plan: plan.plan,
    state: 'queued',
    actor: 'ann',
    reason: 'So.',
    at: '2026-01-01T00:00:00Z',
  });
  return ports;
}
const ofFiles = aPlan({ files: [toPlannedFile(file)] });
const ofGold = aPlan({ selection: { layer: 'gold' }, steps: createStepsFrom('gold', ['gold']) });

describe('preparePlan', () => {
  it('writes a manifest of exactly the planned files, each in the place of itself', async () => {
    const ports = await worldWith(ofFiles);
    expect(await preparePlan.in(ports)({ plan: ofFiles.plan, batch })).toMatchObject({
      kind: 'prepared',
      run: { files: 1, datasets: ['gym_logins'], layers: ['bronze', 'silver', 'gold'], below: {}, rebuilt: [] },
    });
    const lines = parseManifest(ports.texts.get(manifestPath(batch)) ?? '');
    expect(lines).toMatchObject([{ file: file.file, replaces: file.file, batch }]);
    expect(ports.desk.kept.files[0]).toMatchObject({ status: 'loading', batch });
    expect(await ports.desk.execution(ofFiles.plan)).toMatchObject({ state: 'running', batch });
  });

  it('finishes what it began before a crash, and does not take its own doing for moved ground', async () => {
    const ports = await worldWith(ofFiles);
    const first = await preparePlan.in(ports)({ plan: ofFiles.plan, batch });
    expect(await preparePlan.in(ports)({ plan: ofFiles.plan, batch })).toEqual(first);
  });

  it('names a new generation for a layer that begins anew, and the versions that it stands on', async () => {
    const ports = await worldWith(ofGold);
    expect(await preparePlan.in(ports)({ plan: ofGold.plan, batch })).toMatchObject({
      run: {
        layers: ['gold'],
        below: { 'bronze.a': 4, 'silver.b': 5 },
        retainedTables: [],
        rebuilt: ['gold.c'],
        files: 0,
      },
    });
    expect(await ports.desk.generation('gold')).toBe(batch);
    expect(ports.texts.has(manifestPath(batch))).toBe(false);
  });

  it('refuses, and keeps what moved, when the ground has moved while the plan waited', async () => {
    const ports = await worldWith(ofFiles, [{ ...getProperties(file), etag: '0x2' }]);
    expect(await preparePlan.in(ports)({ plan: ofFiles.plan, batch })).toEqual({ kind: 'rejected' });
    expect(await ports.desk.execution(ofFiles.plan)).toMatchObject({
      state: 'rejected',
      changedInputs: [expect.stringContaining("'gym_logins/a'")],
    });
    expect(ports.texts.has(manifestPath(batch))).toBe(false);
  });
});
