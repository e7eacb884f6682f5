import type { HttpResponseInit } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { once } from '../../../functions/http/idempotency.ts';
import { Problem } from '../../../functions/http/problem.ts';
import { createTestContext } from '../../support/test-context.ts';

const request = (key?: string) => ({ headers: new Headers(key === undefined ? {} : { 'idempotency-key': key }) });
const asked = { actor: 'ann', what: 'retry', body: '{}' };

function counting() {
  const calls = { count: 0 };
  const handle = async (): Promise<HttpResponseInit> => ({ status: 202, body: `{"call":${++calls.count}}` });
  return { calls, handle };
}

describe('a request with a key', () => {
  it('is performed once, and answered as before when it is sent again', async () => {
    const context = createTestContext();
    const { calls, handle } = counting();
    await once(context, request('k'), asked, handle);
    const again = await once(context, request('k'), asked, handle);

    expect(again).toMatchObject({ status: 202, body: '{"call":1}', headers: { 'idempotency-replayed': 'true' } });
    expect(calls.count).toBe(1);
  });

  it('is performed for each caller, and for each key', async () => {
    const context = createTestContext();
    const { calls, handle } = counting();
    await once(context, request('k'), asked, handle);
    await once(context, request('k'), { ...asked, actor: 'bob' }, handle);
    await once(context, request('l'), asked, handle);
    await once(context, request(), asked, handle);
    expect(calls.count).toBe(4);
  });

  it('cannot be another request than before', async () => {
    const context = createTestContext();
    await once(context, request('k'), asked, counting().handle);
    expect(await once(context, request('k'), { ...asked, body: '{"a":1}' }, counting().handle)).toMatchObject({
      code: 'key_reused',
    });
  });

  it('waits for the answer that is being made', async () => {
    const context = createTestContext();
    let inner: unknown;
    await once(context, request('k'), asked, async () => {
      inner = await once(context, request('k'), asked, counting().handle);
      return { status: 200, body: '{}' };
    });
    expect(inner).toMatchObject({ code: 'in_progress' });
  });

  it('may be tried again when it broke, and not when it was refused', async () => {
    const context = createTestContext();
    const broken = once(context, request('k'), asked, async () => {
      throw new Error('Away.');
    });
    await expect(broken).rejects.toThrow('Away.');
    const refuse = async () => new Problem('conflict', 'Not now.');
    await once(context, request('k'), asked, refuse);
    const { calls, handle } = counting();
    expect(await once(context, request('k'), asked, handle)).toMatchObject({ status: 409 });
    expect(calls.count).toBe(0);
  });

  it.for(['', 'a b', 'x'.repeat(129), 'ü'])('has a plain key, not %j', async (key) => {
    const headers = { get: () => key } as unknown as Headers;
    expect(await once(createTestContext(), { headers }, asked, counting().handle)).toMatchObject({
      code: 'invalid_request',
    });
  });
});
