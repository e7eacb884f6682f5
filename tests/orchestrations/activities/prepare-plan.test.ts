import { describe, expect, it } from 'vitest';
import { manifestPath, parseManifest } from '../../../medallion/files/manifest.ts';
import { type Plan, plannedFile, planPath, stepsFrom } from '../../../medallion/reprocessing/plan.ts';
import { preparePlan } from '../../../orchestrations/activities/prepare-plan.ts';
import { aFile, factsOf } from '../../support/a-file.ts';
import { aPlan } from '../../support/a-plan.ts';
import { batch } from '../../support/samples.ts';
import { smallWorld, tableOf } from '../../support/world.ts';

const file = aFile('gym_logins/a');

async function worldWith(plan: Plan, landed = [factsOf(file)]) {
  const verdict = { outcome: 'passed' as const, rules: 1, evaluated: 1, fingerprint: 'f' };
  const layer = { jobRuns: [], outcome: 'passed' as const, startedAt: '2026-01-01T00:00:00Z', verdict };
  const run = { batch, outcome: 'published' as const, files: 1, datasets: [], startedAt: '2026-01-01T00:00:00Z' };
  const layers = [
    { ...layer, layer: 'bronze' as const, versions: { 'bronze.a': 4 } },
    { ...layer, layer: 'silver' as const, versions: { 'silver.b': 5 } },
  ];
  const world = smallWorld({
    ...{ files: [file], landed, tables: [tableOf('gold.c')] },
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
  await world.desk.execute({ plan: plan.plan, state: 'queued', by: 'ann', why: 'So.', at: '2026-01-01T00:00:00Z' });
  return world;
}
const ofFiles = aPlan({ files: [plannedFile(file)] });
const ofGold = aPlan({ selection: { layer: 'gold' }, steps: stepsFrom('gold', ['gold']) });

describe('preparePlan', () => {
  it('writes a manifest of exactly the planned files, each in the place of itself', async () => {
    const world = await worldWith(ofFiles);
    expect(await preparePlan.in(world)({ plan: ofFiles.plan, batch })).toMatchObject({
      kind: 'prepared',
      run: { files: 1, datasets: ['gym_logins'], layers: ['bronze', 'silver', 'gold'], below: {}, rebuilt: [] },
    });
    const lines = parseManifest(world.texts.get(manifestPath(batch)) ?? '');
    expect(lines).toMatchObject([{ file: file.file, replaces: file.file, batch }]);
    expect(world.desk.kept.files[0]).toMatchObject({ fate: 'loading', batch });
    expect(await world.desk.execution(ofFiles.plan)).toMatchObject({ state: 'running', batch });
  });

  it('finishes what it began before a crash, and does not take its own doing for moved ground', async () => {
    const world = await worldWith(ofFiles);
    const first = await preparePlan.in(world)({ plan: ofFiles.plan, batch });
    expect(await preparePlan.in(world)({ plan: ofFiles.plan, batch })).toEqual(first);
  });

  it('names a new generation for a layer that begins anew, and the versions that it stands on', async () => {
    const world = await worldWith(ofGold);
    expect(await preparePlan.in(world)({ plan: ofGold.plan, batch })).toMatchObject({
      run: { layers: ['gold'], below: { 'bronze.a': 4, 'silver.b': 5 }, held: [], rebuilt: ['gold.c'], files: 0 },
    });
    expect(await world.desk.generation('gold')).toBe(batch);
    expect(world.texts.has(manifestPath(batch))).toBe(false);
  });

  it('refuses, and keeps what moved, when the ground has moved while the plan waited', async () => {
    const world = await worldWith(ofFiles, [{ ...factsOf(file), etag: '0x2' }]);
    expect(await preparePlan.in(world)({ plan: ofFiles.plan, batch })).toEqual({ kind: 'refused' });
    expect(await world.desk.execution(ofFiles.plan)).toMatchObject({
      state: 'refused',
      moved: [expect.stringContaining("'gym_logins/a'")],
    });
    expect(world.texts.has(manifestPath(batch))).toBe(false);
  });
});
