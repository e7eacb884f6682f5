import { describe, expect, it } from 'vitest';
import { createPlan, executePlanRoute, plan, planFiles } from '../../../../functions/http/routes/reprocess.ts';
import { aFile, getProperties } from '../../../support/a-file.ts';
import { aLanding } from '../../../support/a-landing.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const files = ['a', 'b', 'c'].map((name) => aFile(`gym_logins/${name}`, { lines: 2 }));
const context = () =>
  createTestContext({
    files,
    landed: files.map(getProperties),
    datasets: [aLanding('gym_logins', 'bronze.gym_logins')],
  });
const wish = { selection: { files: { dataset: 'gym_logins' } }, reason: 'It was wrong.' };

describe('reprocessing', () => {
  it('is planned, looked at, and executed, each by an act of its own', async () => {
    const here = context();
    const made = await send(here, createPlan, { body: wish });
    expect(made).toMatchObject({ status: 201, body: { files: { count: 3, bytes: 15 }, estimate: { rows: 6 } } });
    const params = { plan: made.body.plan };

    expect((await send(here, plan, { params })).body).toEqual(made.body);
    const page = await send(here, planFiles, { params, query: { limit: '2' } });
    expect(page.body).toMatchObject({ files: [{ path: 'gym_logins/a' }, { path: 'gym_logins/b' }], next: '2' });

    const body = { reason: 'As planned.' };
    expect(await send(here, executePlanRoute, { params, body })).toMatchObject({
      status: 202,
      body: { state: 'queued' },
    });
    expect((await send(here, plan, { params })).body.execution).toMatchObject({ state: 'queued' });
    expect(here.ports.desk.kept.acts.map(({ action }) => action)).toEqual(['executed', 'planned']);
  });

  it.for([
    ['no selection', {}],
    ['a selection of everything', { files: {} }],
    ['a path that leads out', { files: { path: 'gym_logins/../x' } }],
    ['an encoded path', { files: { path: 'gym_logins/%2e%2e/x' } }],
    ['an address', { files: { path: 'https://elsewhere.example/x' } }],
    ['bronze as a layer', { layer: 'bronze' }],
  ])('is not planned of %s', async ([, selection]) => {
    expect((await send(context(), createPlan, { body: { ...wish, selection } })).status).toBe(400);
  });

  it('looks for files only below the datasets that are configured', async () => {
    const selection = { files: { path: 'secrets/keys.json' } };
    expect(await send(context(), createPlan, { body: { ...wish, selection } })).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining("'secrets' is not a known dataset") },
    });
  });

  it.for(['p-20260101T000000000Z-ffffffff', '../plans/x'])('knows no plan %s', async (id) => {
    const params = { plan: id };
    expect((await send(context(), plan, { params })).status).toBe(404);
    expect((await send(context(), planFiles, { params })).status).toBe(404);
    expect((await send(context(), executePlanRoute, { params, body: { reason: 'Just so.' } })).status).toBe(404);
  });
});
