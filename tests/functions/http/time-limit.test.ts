import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { route } from '../../../functions/http/route.ts';
import { createTestContext, send } from '../../support/test-context.ts';

/** Azure cuts off after 230 s. */
const milliseconds = 229_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const getNow = <Answer>(answer: Promise<Answer>) => Promise.race([answer, Promise.resolve('nothing yet')]);

const createSlow = (method: 'GET' | 'POST') => {
  const gate = Promise.withResolvers<void>();
  let calls = 0;
  const slow = route({
    name: 'slow',
    method,
    path: 'api/slow',
    role: 'operator',
    summary: 'Answers when the gate is opened.',
    body: z.strictObject({}),
    answer: z.object({ calls: z.int() }),
    handle: async () => {
      calls++;
      await gate.promise;
      return { calls };
    },
  });
  return { gate, slow };
};

it('a caller hears that an answer takes too long before Azure cuts the request off', async () => {
  const { slow } = createSlow('GET');
  const answer = send(createTestContext(), slow);
  await vi.advanceTimersByTimeAsync(milliseconds);
  expect(await getNow(answer)).toMatchObject({ status: 504, body: { code: 'timed_out' } });
});

it('what was begun goes on to its end, and who asks again gets its answer', async () => {
  const { gate, slow } = createSlow('POST');
  const context = createTestContext();
  const headers = { 'idempotency-key': 'once' };
  const answer = send(context, slow, { body: {}, headers });
  await vi.advanceTimersByTimeAsync(milliseconds);
  expect(await getNow(answer)).toMatchObject({ status: 504, body: { code: 'timed_out' } });
  expect((await send(context, slow, { body: {}, headers })).body).toMatchObject({ code: 'request_in_progress' });
  gate.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(await send(context, slow, { body: {}, headers })).toMatchObject({ status: 200, body: { calls: 1 } });
});

it('one that is answered in time leaves no timer', async () => {
  const { gate, slow } = createSlow('GET');
  gate.resolve();
  expect(await send(createTestContext(), slow)).toMatchObject({ status: 200 });
  expect(vi.getTimerCount()).toBe(0);
});
