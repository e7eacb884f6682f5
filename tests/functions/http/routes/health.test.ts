import { expect, it } from 'vitest';
import { health } from '../../../../functions/http/routes/health.ts';
import { aRoom, ask } from '../../../support/a-room.ts';

it('health tells whoever asks that the operator is up, and nothing else: no name, version or setting', async () => {
  const { body, status } = await ask(aRoom(), health, { access: 'entra' });
  expect(status).toBe(200);
  expect(body).toEqual({ status: 'ok' });
});

it('health does not say ok when the operator cannot reach its state', async () => {
  const runs = async () => {
    throw new Error('The table is away.');
  };
  expect((await ask(aRoom({ registry: { runs } }), health)).status).toBe(500);
});
