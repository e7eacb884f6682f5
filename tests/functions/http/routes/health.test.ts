import { expect, it } from 'vitest';
import { health } from '../../../../functions/http/routes/health.ts';
import { createTestContext, entra, send } from '../../../support/test-context.ts';

it('health says to anybody that the operator is up, and nothing else: no name, version or setting', async () => {
  const { body, status } = await send(createTestContext(), health, { access: entra });
  expect(status).toBe(200);
  expect(body).toEqual({ status: 'ok' });
});

it('health does not say ok when the operator cannot reach its state', async () => {
  const { ports, ...context } = createTestContext();
  const list = async () => {
    throw new Error('The table is away.');
  };
  const broken = { ...context, ports: { ...ports, runs: { ...ports.runs, list } } };
  expect((await send(broken, health)).status).toBe(500);
});
