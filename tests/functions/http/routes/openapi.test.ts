import { expect, it } from 'vitest';
import { listRoutes } from '../../../support/routes.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

it('the document is served, and describes itself', async () => {
  const openapi = listRoutes().find(({ name }) => name === 'openapi');
  if (!openapi) throw new Error("There is no route 'openapi'.");
  const { body } = await send(createTestContext(), openapi);
  expect(body).toMatchObject({ openapi: '3.1.0', paths: { '/api/openapi.json': { get: { operationId: 'openapi' } } } });
});
