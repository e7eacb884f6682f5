import { describe, expect, it } from 'vitest';
import { planPath, toSavedPlan } from '../../../medallion/reprocessing/plan.ts';
import { readPlan } from '../../../operations/reprocessing/read-plan.ts';
import { aPlan } from '../../support/a-plan.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const plan = aPlan();
const ports = createFakePorts({ texts: { [planPath(plan.plan)]: JSON.stringify(plan), 'plans/secret.json': '{}' } });

describe('readPlan', () => {
  it('gives a plan as it was saved', async () => {
    expect(await readPlan(ports, plan.plan)).toEqual(toSavedPlan(plan));
  });

  it.for(['p-20260101T000000000Z-ffffffff', 'secret', '../plans/secret', ''])(
    'finds no plan named %j',
    async (name) => {
      expect(await readPlan(ports, name)).toBeUndefined();
    },
  );
});
