import { describe, expect, it } from 'vitest';
import { type SavedPlan, toSavedPlan } from '../../../medallion/reprocessing/plan.ts';
import { rejectChangedPlan } from '../../../operations/reprocessing/check-plan.ts';
import { aPlan } from '../../support/a-plan.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const saved = toSavedPlan(aPlan());

async function createPorts({ hash, plan }: SavedPlan) {
  const ports = createFakePorts();
  const decision = { actor: 'ann', reason: 'It was wrong.', target: plan.plan };
  await ports.auditLog.record({ ...decision, entry: 'a', at: plan.createdAt, action: 'create_plan', planHash: hash });
  return ports;
}

describe('rejectChangedPlan', () => {
  it('lets a plan pass whose text the audit log has', async () => {
    expect(await rejectChangedPlan(await createPorts(saved), saved)).toBeUndefined();
  });

  it('rejects another text, and says which was approved', async () => {
    const changed = { ...saved, hash: 'other' };
    expect(await rejectChangedPlan(await createPorts(saved), changed)).toMatchObject({
      code: 'plan_outdated',
      reason: `The text of plan '${saved.plan.plan}' has changed: its SHA-256 is 'other', approved was '${saved.hash}'. Create a new plan.`,
    });
  });

  it('rejects a plan that nobody has created', async () => {
    expect(await rejectChangedPlan(createFakePorts(), saved)).toMatchObject({
      code: 'plan_outdated',
      changedInputs: [`Nothing in the audit log says that plan '${saved.plan.plan}' was created.`],
    });
  });
});
