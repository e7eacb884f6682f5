import { setImmediate } from 'node:timers/promises';
import { RestError } from '@azure/data-tables';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Route, route } from '../../../functions/http/route.ts';
import { LakeError } from '../../../medallion/errors.ts';
import { UnknownPageTokenError } from '../../../medallion/page.ts';
import { listRoutes } from '../../support/routes.ts';
import { createPrincipal, createTestContext, entra, send, type TestRequest } from '../../support/test-context.ts';

const guarded = listRoutes().filter(({ role }) => role !== 'anonymous');
const params = { id: 'x', file: 'x', plan: 'x', release: 'x', layer: 'gold' };

const createEcho = (method: 'POST' | 'PATCH') =>
  route({
    name: 'echo',
    method,
    path: 'api/echo',
    role: 'operator',
    summary: 'Answers with what was sent.',
    body: z.strictObject({ word: z.string() }),
    answer: z.object({ word: z.string(), actor: z.string() }),
    handle: (_context, { body, caller }) => ({ word: body.word, actor: caller.actor }),
  });
const createFailing = (error: Error) =>
  route({
    name: 'fails',
    path: 'api/fails',
    role: 'reader',
    summary: 'Fails.',
    answer: z.object({}),
    handle: () => {
      throw error;
    },
  });

const waitAWhile = async () => {
  await setImmediate();
  return {};
};

describe('every route but the health check', () => {
  it.for(guarded)('$name rejects a call in Azure that is not signed in', async (guardedRoute) => {
    const context = createTestContext();
    const { body } = await send(context, guardedRoute, { access: entra, params });
    expect(body).toMatchObject({ code: 'unauthenticated' });
    expect(context.rejections.counts).toEqual({ unauthenticated: 1 });
  });

  it.for(guarded)(
    '$name rejects a caller without a role, and a reader if it changes something',
    async (guardedRoute) => {
      const sendAs = (...roles: string[]) =>
        send(createTestContext(), guardedRoute, { access: entra, headers: createPrincipal('ann', ...roles), params });
      expect((await sendAs()).body).toMatchObject({ code: 'forbidden' });
      if (guardedRoute.method !== 'GET')
        expect((await sendAs('reader', 'privacy')).body).toMatchObject({ code: 'forbidden' });
    },
  );

  it.for(guarded)("$name rejects another site's page", async (guardedRoute) => {
    for (const headers of [{ origin: 'https://elsewhere.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const { body } = await send(createTestContext(), guardedRoute, { headers, params });
      expect(body).toMatchObject({ code: 'foreign_origin' });
    }
  });
});

describe.for(['POST', 'PATCH'] as const)('%s', (method) => {
  const echo = createEcho(method);
  const body = { word: 'hi' };

  it('hands on what was parsed, and who sent it', async () => {
    const own = { origin: 'http://127.0.0.1:7071' };
    expect(await send(createTestContext(), echo, { body, headers: own })).toMatchObject({
      status: 200,
      body: { word: 'hi', actor: 'local' },
      headers: { 'x-content-type-options': 'nosniff', 'cache-control': 'private, no-cache' },
    });
  });

  const rejected: [string, TestRequest, number, string][] = [
    ['comes from another site', { body, headers: { origin: 'https://elsewhere.example' } }, 403, 'foreign_origin'],
    ['has an unreadable origin', { body, headers: { origin: 'null' } }, 403, 'foreign_origin'],
    ['is a form', { body: 'word=hi', headers: { 'content-type': 'text/plain' } }, 415, 'not_json'],
    ['has no type', { body: '{}', headers: { 'content-type': '' } }, 415, 'not_json'],
    ['is too large', { body: { word: 'a'.repeat(70_000) } }, 413, 'body_too_large'],
    ['is half of JSON', { body: '{"word": "hi' }, 400, 'invalid_request'],
    ['lacks a field', { body: {} }, 400, 'invalid_request'],
    ['has a field too many', { body: { ...body, colour: 'red' } }, 400, 'invalid_request'],
    ['has an unknown parameter', { body, query: { colour: 'red' } }, 400, 'invalid_request'],
    ['has a key that is none', { body, headers: { 'idempotency-key': 'a b' } }, 400, 'invalid_request'],
  ];

  it.for(rejected)('is rejected when it %s', async ([, request, status, code]) => {
    expect(await send(createTestContext(), echo, request)).toMatchObject({ status, body: { code } });
  });

  it('is handled once per Idempotency-Key', async () => {
    const context = createTestContext();
    const headers = { 'idempotency-key': 'k' };
    const first = await send(context, echo, { body, headers });
    const repeated = await send(context, echo, { body, headers });
    expect(repeated).toMatchObject({ body: first.body, headers: { 'idempotency-replayed': 'true' } });
    expect(await send(context, echo, { body: { word: 'ho' }, headers })).toMatchObject({
      status: 422,
      body: { code: 'key_reused' },
    });
  });

  it('counts and logs what it rejects, without a word of what was sent', async () => {
    const context = createTestContext();
    const headers = { authorization: 'Bearer secret-token' };
    await send(context, echo, { body: { word: 1, 'secret-key': 'x' }, headers, query: { sig: 'secret-sas' } });
    await send(context, echo, { body: '{"word": "secret', headers });

    expect(context.rejections.counts).toEqual({ invalid_request: 2 });
    const event = { event: 'request.rejected', status: 400, code: 'invalid_request', method, path: '/api/echo' };
    expect(context.logged.map((line) => JSON.parse(line))).toMatchObject([event, event]);
    expect(context.logged.join(' ')).not.toContain('secret');
  });
});

it.for([
  { role: 'reader', statuses: [200, 429] },
  { role: 'anonymous', statuses: [200] },
] as const)('many requests of one caller at once, for the role $role: $statuses', async ({ role, statuses }) => {
  const slow = route({ name: 'slow', path: 'api/slow', role, summary: '.', answer: z.object({}), handle: waitAWhile });
  const context = createTestContext();
  const answers = await Promise.all(Array.from({ length: 50 }, () => send(context, slow)));
  expect([...new Set(answers.map(({ status }) => status))]).toEqual(statuses);
});

describe('a request that breaks', () => {
  const sendFailing = (error: Error, context = createTestContext()) => send(context, createFailing(error) as Route);

  it('tells the caller nothing of the inside, and cuts what is logged', async () => {
    const context = createTestContext();
    const response = await sendFailing(new Error(`Inside. ${'x'.repeat(10_000)}`), context);
    expect(response).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(JSON.stringify(response.body)).not.toContain('Inside');
    expect(JSON.parse(context.logged[0] ?? '')).toMatchObject({
      event: 'request.failed',
      method: 'GET',
      path: '/api/fails',
      reason: expect.stringContaining('Inside'),
    });
    expect(context.logged[0]?.length).toBeLessThan(2200);
  });

  it.each([
    new LakeError('Away.'),
    new RestError('The state table is busy.', { statusCode: 503 }),
    new RestError('The state table does not answer.'),
  ])('says that a dependency is unavailable when it is, and when to ask again: %s', async (error) => {
    expect(await sendFailing(error)).toMatchObject({
      status: 503,
      body: { code: 'unavailable' },
      headers: { 'retry-after': '2' },
    });
  });

  it('says that a page token is unknown', async () => {
    expect(await sendFailing(new UnknownPageTokenError())).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', detail: expect.stringContaining('page token') },
    });
  });
});
