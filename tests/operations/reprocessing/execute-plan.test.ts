import { describe, expect, it } from 'vitest';
import { toPlannedFile, toSavedPlan } from '../../../medallion/reprocessing/plan.ts';
import { executePlan } from '../../../operations/reprocessing/execute-plan.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { aPlan } from '../../support/a-plan.ts';
import { createFakePorts, type FakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';
import { storeFile } from '../../support/store-file.ts';

const files = Array.from({ length: 60 }, (_, index) => aFile(`gym_logins/${index}`, { batch }));
const [file] = files;
const plan = aPlan({ files: files.slice(0, 1).map(toPlannedFile) });
const saved = toSavedPlan(plan);
const decision = { actor: 'ann', reason: 'It was wrong.' };
const now = new Date('2026-01-02T12:00:00Z');
const landed = files.map(getProperties);

async function createPorts(options: Parameters<typeof createFakePorts>[0] = {}): Promise<FakePorts> {
  const ports = createFakePorts({ datasets: [aLanding('gym_logins')], landed, ...options });
  for (const stored of files) await storeFile(ports, stored);
  return ports;
}

describe('executePlan', () => {
  it('queues a plan', async () => {
    const ports = await createPorts();
    const queued = { plan: plan.plan, planHash: saved.hash, state: 'queued', ...decision, at: now.toISOString() };
    expect(await executePlan(ports, saved, decision, now)).toEqual(queued);
    expect(await ports.plans.getExecution(plan.plan)).toEqual(queued);
    expect(await ports.plans.nextQueued()).toBe(plan.plan);
  });

  it('executes once, however often it is called', async () => {
    const ports = await createPorts();
    const first = await executePlan(ports, saved, decision, now);
    expect(await executePlan(ports, saved, { ...decision, actor: 'bob' }, now)).toEqual(first);
    const late = new Date('2026-01-04T00:00:00Z');
    expect(await executePlan(ports, saved, decision, late)).toEqual(first);
  });
});

describe('a plan that is rejected', () => {
  it('is out of date, and says what has changed', async () => {
    const overwritten = landed.map((blob) => (blob.path === file?.path ? { ...blob, etag: '0x2', length: 6 } : blob));
    const ports = await createPorts({ landed: overwritten });
    expect(await executePlan(ports, saved, decision, now)).toEqual({
      kind: 'rejected',
      code: 'plan_outdated',
      reason: `Plan '${plan.plan}' is out of date: 1 input changed. Create a new plan.`,
      changedInputs: [expect.stringContaining("'gym_logins/0'")],
    });
    expect(await ports.plans.getExecution(plan.plan)).toBeUndefined();
  });

  it('names no more changes than anybody reads', async () => {
    const ports = await createPorts({ landed: [] });
    const result = await executePlan(ports, toSavedPlan(aPlan({ files: files.map(toPlannedFile) })), decision, now);
    expect(result).toMatchObject({ reason: expect.stringContaining('60 inputs changed') });
    expect('changedInputs' in result && result.changedInputs).toHaveLength(50);
  });

  it('is of another day', async () => {
    const late = new Date('2026-01-03T00:00:01Z');
    expect(await executePlan(await createPorts(), saved, decision, late)).toMatchObject({ code: 'plan_expired' });
  });

  it('needs runs of its own while a layer streams', async () => {
    const ports = await createPorts();
    await ports.streams.updateSettings('gold', { mode: 'continuous' });
    expect(await executePlan(ports, saved, decision, now)).toMatchObject({
      code: 'conflict',
      reason: expect.stringContaining("these layers stream: 'gold'"),
    });
  });
});
