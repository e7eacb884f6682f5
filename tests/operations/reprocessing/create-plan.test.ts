import { describe, expect, it } from 'vitest';
import { Problem } from '../../../functions/http/problem.ts';
import { Plan, planPath } from '../../../medallion/reprocessing/plan.ts';
import type { Selection } from '../../../medallion/reprocessing/selection.ts';
import { createPlan } from '../../../operations/reprocessing/create-plan.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { noon } from '../../support/test-context.ts';

const files = [
  aFile('gym_logins/a', { lines: 10 }),
  aFile('gym_logins/b', { lines: 5, violations: { gym_missing: 1 } }),
  aFile('gym_logins/c', { status: 'pending' }),
  aFile('bpm_export/d', { status: 'blocked' }),
];
const tables = ['bronze.gym_logins', 'bronze.bpm', 'silver.users', 'gold.a', 'gold.b'].map((name) =>
  createTableContract(name),
);
const given = {
  files,
  tables,
  landed: files.map(getProperties),
  datasets: [aLanding('gym_logins', 'bronze.gym_logins'), aLanding('bpm_export', 'bronze.bpm')],
  definitions: { 'gold.a': '2', 'gold.b': '1' },
};
const wish = (selection: Selection) => ({ selection, actor: 'ann', reason: 'It was wrong.' });

async function planned(selection: Selection, ports = createFakePorts(given)): Promise<Plan> {
  const plan = await createPlan(ports, wish(selection), noon);
  if (plan instanceof Problem) throw new Error(plan.detail);
  return plan;
}

describe('a plan for files', () => {
  it('lists exactly the loaded files that are selected, what is touched, and what it costs', async () => {
    const plan = await planned({ files: { dataset: 'gym_logins' } });
    expect(plan.files.map(({ path }) => path)).toEqual(['gym_logins/a', 'gym_logins/b']);
    expect(plan.tables.touched).toEqual(['bronze.gym_logins', 'gold.a', 'gold.b', 'silver.users']);
    expect(plan.estimate).toEqual({ rows: 15 });
    expect(plan.irreversible[0]).toContain('these 2 files');
    expect(plan.expiresAt).toBe('2026-01-03T12:00:00.000Z');
  });

  it('is saved before it is shown', async () => {
    const ports = createFakePorts(given);
    const plan = await planned({ files: { rule: 'gym_missing' } }, ports);
    expect(Plan.parse(JSON.parse(ports.texts.get(planPath(plan.plan)) ?? ''))).toEqual(plan);
  });

  it('leaves out what has been overwritten, and says so', async () => {
    const landed = files.map((file) => ({ ...getProperties(file), etag: file.path.endsWith('a') ? '0x2' : file.etag }));
    const plan = await planned({ files: { dataset: 'gym_logins' } }, createFakePorts({ ...given, landed }));
    expect(plan.files.map(({ path }) => path)).toEqual(['gym_logins/b']);
    expect(plan.warnings).toEqual([expect.stringContaining("Left out: File 'gym_logins/a' has another content")]);
  });

  it('is not made of nothing, and not of more than one run takes', async () => {
    const nothing = await createPlan(createFakePorts(given), wish({ files: { dataset: 'nowhere' } }), noon);
    expect(nothing).toMatchObject({ code: 'nothing' });
    const small = createFakePorts(given);
    const tuning = { ...small.tuning, maxFilesPerBatch: 1 };
    expect(await createPlan({ ...small, tuning }, wish({ files: { dataset: 'gym_logins' } }), noon)).toMatchObject({
      code: 'selection_too_large',
    });
  });
});

describe('a plan for a layer', () => {
  it('rebuilds that layer alone, and lets what is above follow', async () => {
    const answer = () => ({ kind: 'rows' as const, rows: [{ n: 1234 }] });
    const plan = await planned({ layer: 'silver' }, createFakePorts({ ...given, answer }));
    expect(plan.steps).toEqual([
      { layer: 'silver', kind: 'rebuild' },
      { layer: 'gold', kind: 'continue' },
    ]);
    expect(plan).toMatchObject({ files: [], estimate: { rows: 1234 } });
    expect((await planned({ layer: 'gold' }, createFakePorts({ ...given, answer }))).tables.touched).toEqual([
      'gold.a',
      'gold.b',
    ]);
  });
});

describe('a plan for changed definitions', () => {
  it('lists exactly the tables that were computed by another definition', async () => {
    const ports = createFakePorts(given);
    await ports.desk.define({ 'gold.a': '1', 'gold.b': '1' });
    const plan = await planned({ definitionChanged: true }, ports);
    expect(plan.tables.stale).toEqual(['gold.a']);
    expect(plan.steps).toEqual([{ layer: 'gold', kind: 'rebuild' }]);
  });

  it('reads all files of a bronze table anew', async () => {
    const ports = createFakePorts({ ...given, definitions: { 'bronze.bpm': '2' } });
    await ports.desk.define({ 'bronze.bpm': '1' });
    expect((await planned({ definitionChanged: true }, ports)).files.map(({ path }) => path)).toEqual(['bpm_export/d']);
  });

  it('is not made when nothing has changed', async () => {
    expect(await createPlan(createFakePorts(given), wish({ definitionChanged: true }), noon)).toMatchObject({
      code: 'nothing',
    });
  });
});
