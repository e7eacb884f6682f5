import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { route } from '../../../functions/http/route.ts';
import { LakeError } from '../../../medallion/errors.ts';
import { allRoutes } from '../../support/all-routes.ts';
import { createPrincipal, createTestContext, send } from '../../support/test-context.ts';

const routes = allRoutes();
const guarded = routes.filter(({ role }) => role !== 'anonymous');
const params = { id: 'x', file: 'x', plan: 'x', release: 'x' };

const echo = route({
  name: 'echo',
  path: 'api/echo',
  role: 'operator',
  summary: 'Says it again.',
  body: z.strictObject({ word: z.string() }),
  answer: z.object({ word: z.string(), actor: z.string() }),
  handle: (_room, { body, caller }) => ({ word: body.word, actor: caller.actor }),
});
const failing = (error: Error) =>
  route({
    ...{ name: 'fails', path: 'api/fails', role: 'reader' as const, summary: 'Fails.', answer: z.object({}) },
    handle: () => {
      throw error;
    },
  });

describe('every route but the health check', () => {
  it.for(guarded)('$name is refused in Azure to a call that the platform does not vouch for', async (each) => {
    const context = createTestContext();
    expect((await send(context, each, { access: 'entra', params })).body).toMatchObject({ code: 'unauthenticated' });
    expect(context.rejections.counts).toEqual({ unauthenticated: 1 });
  });

  it.for(guarded)('$name is refused to somebody without a role, and to a reader if it acts', async (each) => {
    const as = (...roles: string[]) =>
      send(createTestContext(), each, { access: 'entra', headers: createPrincipal('ann', ...roles), params });
    expect((await as()).body).toMatchObject({ code: 'forbidden' });
    if (each.method === 'POST') expect((await as('reader', 'privacy')).body).toMatchObject({ code: 'forbidden' });
  });

  it.for(guarded)("$name is refused to another site's page", async (each) => {
    for (const headers of [{ origin: 'https://elsewhere.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect((await send(createTestContext(), each, { headers, params })).body).toMatchObject({
        code: 'foreign_origin',
      });
    }
  });
});

describe('the border', () => {
  it('hands on what is understood, and who asks', async () => {
    const own = { origin: 'http://127.0.0.1:7071' };
    expect(await send(createTestContext(), echo, { body: { word: 'hi' }, headers: own })).toMatchObject({
      status: 200,
      body: { word: 'hi', actor: 'local' },
      headers: { 'x-content-type-options': 'nosniff', 'cache-control': 'private, no-cache' },
    });
  });

  it('counts and logs what it refuses, without a word of what was sent', async () => {
    const context = createTestContext();
    const headers = { authorization: 'Bearer secret-token' };
    await send(context, echo, { body: { word: 1, 'secret-key': 'x' }, headers, query: { sig: 'secret-sas' } });
    await send(context, echo, { body: '{"word": "secret', headers });

    expect(context.rejections.counts).toEqual({ malformed: 2 });
    expect(context.logged).toEqual(Array(2).fill("Refused 400 'malformed' for 'POST /api/echo'."));
  });

  it('tells a caller nothing of the inside when something breaks, and cuts what the log is told', async () => {
    const context = createTestContext();
    const logged = await send(context, failing(new Error(`Inside. ${'x'.repeat(10_000)}`)));
    expect(logged).toMatchObject({ status: 500, body: { code: 'failed' } });
    expect(JSON.stringify(logged.body)).not.toContain('Inside');
    expect(context.logged[0]).toContain('Inside');
    expect(context.logged[0]?.length).toBeLessThan(2200);
  });

  it('says that a service is away when it is, and when to ask again', async () => {
    expect(await send(createTestContext(), failing(new LakeError('Away.')))).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
    });
  });
});
