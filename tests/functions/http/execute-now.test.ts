import { describe, expect, it } from 'vitest';
import { executeNow } from '../../../functions/http/execute-now.ts';
import { Problem } from '../../../functions/http/problem.ts';
import { toSavedPlan } from '../../../medallion/reprocessing/plan.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aPlan } from '../../support/a-plan.ts';
import { continuous } from '../../support/samples.ts';
import { createTestContext } from '../../support/test-context.ts';

const decision = { actor: 'ann', reason: 'It was wrong.' };

describe('executeNow', () => {
  it('queues the plan and wakes the pipeline', async () => {
    const context = createTestContext();
    const plan = aPlan();
    const execution = await executeNow(context, toSavedPlan(plan), decision);
    expect(execution).toMatchObject({ plan: plan.plan, state: 'queued', ...decision });
    expect(await context.ports.plans.getExecution(plan.plan)).toEqual(execution);
    expect(context.wakeUps).toEqual(['pipeline']);
  });

  const gone = aFile('users/gone');
  const rejected = [
    ['plan_expired', createTestContext(), aPlan({ expiresAt: '2026-01-02T11:00:00.000Z' })],
    ['plan_outdated', createTestContext(), aPlan({ files: [getPlanned()] })],
    ['conflict', createTestContext({ modes: continuous }), aPlan()],
  ] as const;

  function getPlanned() {
    const { isDirectory: _, ...landed } = getProperties(gone);
    return { ...landed, file: gone.file, dataset: gone.dataset };
  }

  it.for(rejected)('answers with the problem %s, queues nothing and wakes nobody', async ([code, context, plan]) => {
    const problem = await executeNow(context, toSavedPlan(plan), decision);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ code });
    expect(await context.ports.plans.getExecution(plan.plan)).toBeUndefined();
    expect(context.wakeUps).toEqual([]);
  });

  it('says what has changed since the plan was made', async () => {
    const problem = await executeNow(createTestContext(), toSavedPlan(aPlan({ files: [getPlanned()] })), decision);
    expect(problem).toMatchObject({ changedInputs: [expect.stringContaining("'users/gone'")] });
  });
});
