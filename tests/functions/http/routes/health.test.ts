import { expect, it } from 'vitest';
import { health } from '../../../../functions/http/routes/health.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

it('health tells whoever asks that the operator is up, and nothing else: no name, version or setting', async () => {
  const { body, status } = await send(createTestContext(), health, { access: 'entra' });
  expect(status).toBe(200);
  expect(body).toEqual({ status: 'ok' });
});

it('health does not say ok when the operator cannot reach its state', async () => {
  const runs = async () => {
    throw new Error('The table is away.');
  };
  expect((await send(createTestContext({ registry: { runs } }), health)).status).toBe(500);
});
