import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createPlanId,
  createStepsFrom,
  hashPlan,
  Plan,
  planPath,
  toSavedPlan,
} from '../../../medallion/reprocessing/plan.ts';
import type { Selection } from '../../../medallion/reprocessing/selection.ts';
import { isRejected } from '../../../operations/rejected.ts';
import { createPlan } from '../../../operations/reprocessing/create-plan.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts, createTableContract, type FakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';
import { storeFile } from '../../support/store-file.ts';

const now = new Date('2026-01-02T12:00:00Z');
const files = [
  aFile('gym_logins/a', { batch, lines: 10 }),
  aFile('gym_logins/b', { batch, lines: 5 }),
  aFile('bpm_export/c', { batch, status: 'blocked' }),
];
const tables = ['bronze.gym_logins', 'bronze.bpm', 'silver.users', 'gold.a', 'gold.b'].map((name) =>
  createTableContract(name),
);
const options = {
  tables,
  landed: files.map(getProperties),
  datasets: [aLanding('gym_logins', 'gym_logins'), { ...aLanding('bpm_export', 'bpm'), envelope: 'kafka' as const }],
  definitions: { 'gold.a': '2', 'gold.b': '1' },
};
const toRequest = (selection: Selection, plan = createPlanId(now, randomUUID())) => ({
  plan,
  selection,
  actor: 'ann',
  reason: 'It was wrong.',
});

async function createPorts(change: Parameters<typeof createFakePorts>[0] = {}): Promise<FakePorts> {
  const ports = createFakePorts({ ...options, ...change });
  for (const file of files) await storeFile(ports, file);
  return ports;
}

async function requirePlan(ports: FakePorts, selection: Selection, name?: string): Promise<Plan> {
  const plan = await createPlan(ports, toRequest(selection, name), now);
  if (isRejected(plan)) throw new Error(plan.reason);
  return plan;
}

const listPaths = (plan: Plan) => plan.files.map(({ path }) => path).sort();

describe('a plan for files', () => {
  it('is made once under its name, and its text is what was approved', async () => {
    const ports = await createPorts();
    const plan = await requirePlan(ports, { files: { dataset: 'gym_logins' } }, `p-${batch}`);
    expect(plan.plan).toBe(`p-${batch}`);
    const again = await requirePlan(ports, { files: { dataset: 'bpm_export' } }, `p-${batch}`);
    expect(again).toEqual(plan);
    expect(toSavedPlan(again).hash).toBe(hashPlan(ports.texts.get(planPath(plan.plan)) ?? ''));
  });

  it('lists exactly the selected files, what is touched, and what it costs', async () => {
    const plan = await requirePlan(await createPorts(), { files: { dataset: 'gym_logins' } });
    expect(listPaths(plan)).toEqual(['gym_logins/a', 'gym_logins/b']);
    expect(plan.tables.touched).toEqual(['bronze.gym_logins', 'gold.a', 'gold.b', 'silver.users']);
    expect(plan.estimate).toEqual({ rows: 15 });
    expect(plan.irreversible[0]).toContain('these 2 files');
    expect(plan.createdAt).toBe('2026-01-02T12:00:00.000Z');
    expect(plan.expiresAt).toBe('2026-01-03T12:00:00.000Z');
  });

  it('touches the table for lines of no topic too', async () => {
    const plan = await requirePlan(await createPorts(), { files: { dataset: 'bpm_export' } });
    expect(plan.tables.touched).toContain('bronze.unrouted');
    expect(plan.irreversible[0]).toContain('this file');
  });

  it('is saved before it is shown', async () => {
    const ports = await createPorts();
    const plan = await requirePlan(ports, { files: { dataset: 'gym_logins' } });
    expect(Plan.parse(JSON.parse(ports.texts.get(planPath(plan.plan)) ?? ''))).toEqual(plan);
  });

  it('carries the warnings of the selection', async () => {
    const landed = files.map((file) => ({ ...getProperties(file), etag: file.path.endsWith('a') ? '0x2' : file.etag }));
    const plan = await requirePlan(await createPorts({ landed }), { files: { dataset: 'gym_logins' } });
    expect(listPaths(plan)).toEqual(['gym_logins/b']);
    expect(plan.warnings).toEqual([expect.stringContaining("Left out: File 'gym_logins/a' has another content")]);
  });

  it('warns of deleted people in the files', async () => {
    const rows = files.slice(0, 1).map(({ file }) => ({ _file: file }));
    const ports = await createPorts({ answer: () => ({ kind: 'rows', rows }) });
    const plan = await requirePlan(ports, { files: { dataset: 'gym_logins' } });
    expect(plan.warnings).toEqual([expect.stringContaining('Lines of deleted people are in 1 of 2 files.')]);
  });

  it('is not made of nothing', async () => {
    const ports = await createPorts();
    expect(await createPlan(ports, toRequest({ files: { dataset: 'nowhere' } }), now)).toMatchObject({
      kind: 'rejected',
      code: 'empty_selection',
    });
    expect(ports.texts.size).toBe(0);
  });

  it('begins where the request says', async () => {
    const steps = createStepsFrom('gold', []);
    const ports = await createPorts();
    const plan = await createPlan(ports, { ...toRequest({ files: { dataset: 'gym_logins' } }), steps }, now);
    expect(plan).toMatchObject({ steps, files: [], tables: { touched: ['gold.a', 'gold.b'] } });
  });
});

describe('a plan for a layer', () => {
  it('rebuilds that layer alone, and lets what is above follow', async () => {
    const ports = await createPorts({ answer: () => ({ kind: 'rows', rows: [{ n: 1234 }] }) });
    const plan = await requirePlan(ports, { layer: 'silver' });
    expect(plan.steps).toEqual([
      { layer: 'silver', kind: 'rebuild' },
      { layer: 'gold', kind: 'follow' },
    ]);
    expect(plan).toMatchObject({ files: [], estimate: { rows: 1234 } });
    expect(plan.irreversible[0]).toContain('Every table of silver is computed anew');
    expect((await requirePlan(ports, { layer: 'gold' })).tables.touched).toEqual(['gold.a', 'gold.b']);
  });
});

describe('a plan for changed definitions', () => {
  it('lists exactly the tables that were computed by another definition', async () => {
    const ports = await createPorts();
    await ports.tableDefinitions.save({ 'gold.a': '1', 'gold.b': '1' });
    const plan = await requirePlan(ports, { definitionChanged: true });
    expect(plan.tables.stale).toEqual(['gold.a']);
    expect(plan.steps).toEqual([{ layer: 'gold', kind: 'follow' }]);
  });

  it('reads all files of a bronze table anew', async () => {
    const ports = await createPorts({ definitions: { 'bronze.bpm': '2' } });
    await ports.tableDefinitions.save({ 'bronze.bpm': '1' });
    expect(listPaths(await requirePlan(ports, { definitionChanged: true }))).toEqual(['bpm_export/c']);
  });

  it('is not made when nothing has changed', async () => {
    expect(await createPlan(await createPorts(), toRequest({ definitionChanged: true }), now)).toMatchObject({
      code: 'empty_selection',
    });
  });
});
