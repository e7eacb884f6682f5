import { expect, it } from 'vitest';
import { createHealthRoute } from '../../../../functions/http/routes/health.ts';
import { createTestContext, entra, send } from '../../../support/test-context.ts';

it('health says to anybody that the operator is up, and nothing else: no name, version or setting', async () => {
  const { body, status } = await send(createTestContext(), createHealthRoute(), { access: entra });
  expect(status).toBe(200);
  expect(body).toEqual({ status: 'ok' });
});

it('health does not say ok when the operator cannot reach its state', async () => {
  const { ports, ...context } = createTestContext();
  const list = async () => {
    throw new Error('The table is away.');
  };
  const broken = { ...context, ports: { ...ports, runs: { ...ports.runs, list } } };
  expect((await send(broken, createHealthRoute())).status).toBe(500);
});

it('health asks the state table once in five seconds, however often it is asked itself', async () => {
  let looks = 0;
  const context = createTestContext();
  const { runs } = context.ports;
  const list: typeof runs.list = (...range) => {
    looks++;
    return runs.list(...range);
  };
  const route = createHealthRoute();
  const sendAt = (now: string) =>
    send({ ...context, now: () => new Date(now), ports: { ...context.ports, runs: { ...runs, list } } }, route);
  const moments = ['00:00:00', '00:00:00', '00:00:04', '00:00:05', '00:00:09', '00:00:10'];
  for (const moment of moments) expect((await sendAt(`2026-01-01T${moment}Z`)).status).toBe(200);
  expect(looks).toBe(3);
});
