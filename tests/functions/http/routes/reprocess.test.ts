import { describe, expect, it } from 'vitest';
import { createPlan, executePlan, plan, planFiles, withdrawPlan } from '../../../../functions/http/routes/reprocess.ts';
import { planPath } from '../../../../medallion/reprocessing/plan.ts';
import { aFile, getProperties } from '../../../support/a-file.ts';
import { aLanding } from '../../../support/a-landing.ts';
import { createTableContract } from '../../../support/fake-ports.ts';
import { storeFile } from '../../../support/store-file.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const stored = ['a', 'b', 'c'].map((name) => aFile(`gym_logins/${name}`, { lines: 2 }));

async function createContext() {
  const context = createTestContext({
    landed: stored.map(getProperties),
    datasets: [aLanding('gym_logins', 'gym_logins')],
    tables: [createTableContract('bronze.gym_logins')],
    answer: () => ({ kind: 'rejected', reason: 'No such column.' }),
  });
  for (const file of stored) await storeFile(context.ports, file);
  return context;
}
const request = { selection: { files: { dataset: 'gym_logins' } }, reason: 'It was wrong.' };

describe('reprocessing', () => {
  it('is planned, read, and executed, each on its own', async () => {
    const context = await createContext();
    const created = await send(context, createPlan, { body: request });
    expect(created).toMatchObject({ status: 201, body: { files: { count: 3, bytes: 15 }, estimate: { rows: 6 } } });
    const params = { plan: created.body.plan };

    expect((await send(context, plan, { params })).body).toEqual(created.body);
    const first = (await send(context, planFiles, { params, query: { limit: '2' } })).body;
    expect(first).toMatchObject({ files: [{ dataset: 'gym_logins' }, { dataset: 'gym_logins' }], next: '2' });
    const rest = (await send(context, planFiles, { params, query: { after: first.next } })).body;
    const paths = [...first.files, ...rest.files].map(({ path }) => path);
    expect(paths.sort()).toEqual(['gym_logins/a', 'gym_logins/b', 'gym_logins/c']);

    const execution = await send(context, executePlan, { params, body: { reason: 'As planned.' } });
    expect(execution).toMatchObject({ status: 202, body: { state: 'queued', reason: 'As planned.' } });
    expect((await send(context, plan, { params })).body.execution).toEqual(execution.body);
    expect(context.wakeUps).toEqual(['pipeline']);
    const { rows } = await context.ports.auditLog.list({ target: params.plan }, 10);
    expect(rows.map(({ action }) => action).sort()).toEqual(['create_plan', 'execute_plan']);
    const hashes = new Set([...rows.map(({ planHash }) => planHash), execution.body.planHash]);
    expect([...hashes]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });

  it('is withdrawn while it waits, even if its text is broken, and once', async () => {
    const context = await createContext();
    const params = { plan: (await send(context, createPlan, { body: request })).body.plan };
    const body = { reason: 'Not that one.' };
    expect(await send(context, withdrawPlan, { params, body })).toMatchObject({ status: 409 });
    await send(context, executePlan, { params, body: { reason: 'As planned.' } });
    context.ports.texts.set(planPath(params.plan), 'garbage');

    expect(await send(context, withdrawPlan, { params, body })).toMatchObject({
      status: 200,
      body: { state: 'withdrawn' },
    });
    expect(await send(context, withdrawPlan, { params, body })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('is withdrawn') },
    });
    const { rows } = await context.ports.auditLog.list({ target: params.plan }, 10);
    expect(rows.filter(({ action }) => action === 'withdraw_plan')).toHaveLength(1);
    expect(await context.ports.plans.nextQueued()).toBeUndefined();
    expect((await send(context, withdrawPlan, { params: { plan: '../x' }, body })).status).toBe(404);
  });

  it('is not executed when the text of the plan has changed by one byte', async () => {
    const context = await createContext();
    const { body } = await send(context, createPlan, { body: request });
    const text = context.ports.texts.get(planPath(body.plan)) ?? '';
    context.ports.texts.set(planPath(body.plan), `${text} `);

    const response = await send(context, executePlan, { params: { plan: body.plan }, body: { reason: 'As planned.' } });

    const detail = expect.stringMatching(/^The text of plan '.*' has changed: .* Create a new plan\.$/);
    expect(response).toMatchObject({ status: 409, body: { code: 'plan_outdated', detail } });
    expect(await context.ports.plans.getExecution(body.plan)).toBeUndefined();
    expect(context.wakeUps).toEqual([]);
  });

  it.for([
    ['no selection', {}],
    ['a selection of everything', { files: {} }],
    ['a path that leads out', { files: { path: 'gym_logins/../x' } }],
    ['an encoded path', { files: { path: 'gym_logins/%2e%2e/x' } }],
    ['an address', { files: { path: 'https://elsewhere.example/x' } }],
    ['bronze as a layer', { layer: 'bronze' }],
  ])('is not planned of %s', async ([, selection]) => {
    expect((await send(await createContext(), createPlan, { body: { ...request, selection } })).status).toBe(400);
  });

  it.for([{ path: 'secrets/keys.json' }, { dataset: 'secrets' }])(
    'selects files only of the datasets that are configured, not with %j',
    async (files) => {
      const response = await send(await createContext(), createPlan, { body: { ...request, selection: { files } } });
      expect(response).toMatchObject({
        status: 422,
        body: { code: 'unknown_dataset', detail: expect.stringContaining("'secrets' is not a known dataset") },
      });
    },
  );

  it('says that nothing is selected when no file is', async () => {
    const selection = { files: { path: 'gym_logins/z*' } };
    expect(await send(await createContext(), createPlan, { body: { ...request, selection } })).toMatchObject({
      status: 422,
      body: { code: 'empty_selection' },
    });
  });

  it('says so when the warehouse rejects the query for event times', async () => {
    const selection = { files: { eventTime: { from: '2026-01-01T00:00:00Z' } } };
    expect(await send(await createContext(), createPlan, { body: { ...request, selection } })).toMatchObject({
      status: 502,
      body: { code: 'query_failed', detail: expect.stringContaining('No such column.') },
    });
  });

  it.for(['p-20260101T000000000Z-ffffffff', '../plans/x'])('has no plan %s', async (id) => {
    const params = { plan: id };
    const context = await createContext();
    expect((await send(context, plan, { params })).status).toBe(404);
    expect((await send(context, planFiles, { params })).status).toBe(404);
    expect((await send(context, executePlan, { params, body: { reason: 'Just so.' } })).status).toBe(404);
  });
});
