import { expect, it } from 'vitest';
import { aRoom, ask } from '../../../support/a-room.ts';
import { allRoutes } from '../../../support/all-routes.ts';

it('the document is served, and describes itself', async () => {
  const openapi = allRoutes().find(({ name }) => name === 'openapi');
  if (!openapi) throw new Error("There is no route 'openapi'.");
  const { body } = await ask(aRoom(), openapi);
  expect(body).toMatchObject({ openapi: '3.1.0', paths: { '/api/openapi.json': { get: { operationId: 'openapi' } } } });
});
