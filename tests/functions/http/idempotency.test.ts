import type { HttpResponseInit } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { once } from '../../../functions/http/idempotency.ts';
import { Problem } from '../../../functions/http/problem.ts';
import { aRoom } from '../../support/a-room.ts';

const request = (key?: string) => ({ headers: new Headers(key === undefined ? {} : { 'idempotency-key': key }) });
const asked = { who: 'ann', what: 'retry', body: '{}' };

function counting() {
  const calls = { count: 0 };
  const perform = async (): Promise<HttpResponseInit> => ({ status: 202, body: `{"call":${++calls.count}}` });
  return { calls, perform };
}

describe('a request with a key', () => {
  it('is performed once, and answered as before when it is sent again', async () => {
    const room = aRoom();
    const { calls, perform } = counting();
    await once(room, request('k'), asked, perform);
    const again = await once(room, request('k'), asked, perform);

    expect(again).toMatchObject({ status: 202, body: '{"call":1}', headers: { 'idempotency-replayed': 'true' } });
    expect(calls.count).toBe(1);
  });

  it('is performed for each caller, and for each key', async () => {
    const room = aRoom();
    const { calls, perform } = counting();
    await once(room, request('k'), asked, perform);
    await once(room, request('k'), { ...asked, who: 'bob' }, perform);
    await once(room, request('l'), asked, perform);
    await once(room, request(), asked, perform);
    expect(calls.count).toBe(4);
  });

  it('cannot be another request than before', async () => {
    const room = aRoom();
    await once(room, request('k'), asked, counting().perform);
    expect(await once(room, request('k'), { ...asked, body: '{"a":1}' }, counting().perform)).toMatchObject({
      code: 'key_reused',
    });
  });

  it('waits for the answer that is being made', async () => {
    const room = aRoom();
    let inner: unknown;
    await once(room, request('k'), asked, async () => {
      inner = await once(room, request('k'), asked, counting().perform);
      return { status: 200, body: '{}' };
    });
    expect(inner).toMatchObject({ code: 'in_progress' });
  });

  it('may be tried again when it broke, and not when it was refused', async () => {
    const room = aRoom();
    const broken = once(room, request('k'), asked, async () => {
      throw new Error('Away.');
    });
    await expect(broken).rejects.toThrow('Away.');
    const refuse = async () => new Problem('conflict', 'Not now.');
    await once(room, request('k'), asked, refuse);
    const { calls, perform } = counting();
    expect(await once(room, request('k'), asked, perform)).toMatchObject({ status: 409 });
    expect(calls.count).toBe(0);
  });

  it.for(['', 'a b', 'x'.repeat(129), 'ü'])('has a plain key, not %j', async (key) => {
    const headers = { get: () => key } as unknown as Headers;
    expect(await once(aRoom(), { headers }, asked, counting().perform)).toMatchObject({ code: 'malformed' });
  });
});
