import type { HttpResponseInit } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { handleOnce } from '../../../functions/http/idempotency.ts';
import { Problem } from '../../../functions/http/problem.ts';
import { createTestContext } from '../../support/test-context.ts';

const createRequest = (key?: string) => ({ headers: new Headers(key === undefined ? {} : { 'idempotency-key': key }) });
const content = { actor: 'ann', operation: 'retry', body: '{}' };

function createCounter() {
  const calls = { count: 0 };
  const handle = async (): Promise<HttpResponseInit> => ({ status: 202, body: `{"call":${++calls.count}}` });
  return { calls, handle };
}

describe('handleOnce', () => {
  it('handles a request once, and answers as before when it is sent again', async () => {
    const context = createTestContext();
    const { calls, handle } = createCounter();
    await handleOnce(context, createRequest('k'), content, handle);
    const repeated = await handleOnce(context, createRequest('k'), content, handle);

    expect(repeated).toMatchObject({ status: 202, body: '{"call":1}', headers: { 'idempotency-replayed': 'true' } });
    expect(calls.count).toBe(1);
  });

  it('handles a request for each caller, and for each key', async () => {
    const context = createTestContext();
    const { calls, handle } = createCounter();
    await handleOnce(context, createRequest('k'), content, handle);
    await handleOnce(context, createRequest('k'), { ...content, actor: 'bob' }, handle);
    await handleOnce(context, createRequest('l'), content, handle);
    await handleOnce(context, createRequest(), content, handle);
    expect(calls.count).toBe(4);
  });

  it.for([
    ['body', { ...content, body: '{"a":1}' }],
    ['operation', { ...content, operation: 'skip' }],
  ] as const)('rejects a key that was used with another %s', async ([, other]) => {
    const context = createTestContext();
    await handleOnce(context, createRequest('k'), content, createCounter().handle);
    expect(await handleOnce(context, createRequest('k'), other, createCounter().handle)).toMatchObject({
      code: 'key_reused',
    });
  });

  it('handles nothing while the same request is in progress', async () => {
    const context = createTestContext();
    let inner: unknown;
    await handleOnce(context, createRequest('k'), content, async () => {
      inner = await handleOnce(context, createRequest('k'), content, createCounter().handle);
      return { status: 200, body: '{}' };
    });
    expect(inner).toMatchObject({ code: 'request_in_progress' });
  });

  it('may be tried again when it broke, and not when it was rejected', async () => {
    const context = createTestContext();
    const broken = handleOnce(context, createRequest('k'), content, async () => {
      throw new Error('Away.');
    });
    await expect(broken).rejects.toThrow('Away.');
    const reject = async () => new Problem('conflict', 'Not now.');
    await handleOnce(context, createRequest('k'), content, reject);
    const { calls, handle } = createCounter();
    const repeated = await handleOnce(context, createRequest('k'), content, handle);
    expect(repeated).toMatchObject({ status: 409, headers: { 'content-type': 'application/problem+json' } });
    expect(calls.count).toBe(0);
  });

  it.for(['', 'a b', 'x'.repeat(129), 'ü'])('rejects the key %j', async (key) => {
    const headers = { get: () => key } as unknown as Headers;
    expect(await handleOnce(createTestContext(), { headers }, content, createCounter().handle)).toMatchObject({
      code: 'invalid_request',
    });
  });
});
