import type { HttpResponseInit } from '@azure/functions';
import { describe, expect, it, vi } from 'vitest';
import { handleOnce } from '../../../functions/http/idempotency.ts';
import { Problem } from '../../../functions/http/problem.ts';
import type { RequestIdentity } from '../../../functions/http/request-identity.ts';
import { createPlan, executePlan } from '../../../functions/http/routes/reprocess.ts';
import { retryRun } from '../../../functions/http/routes/run-actions.ts';
import { formatManifest, manifestPath } from '../../../medallion/files/manifest.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createRun, toBatch } from '../../support/batches.ts';
import { storeFile } from '../../support/store-file.ts';
import { createTestContext, noon, send } from '../../support/test-context.ts';

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

  it('handles nothing a second time however long the first takes, also if a renewal fails', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let now = noon;
    const context = { ...createTestContext(), now: () => now };
    const { renew } = context.ports.idempotencyKeys;
    context.ports.idempotencyKeys.renew = vi.fn(renew).mockRejectedValueOnce(new Error('Away.'));
    const { calls, handle } = createCounter();
    const repeated: unknown[] = [];
    await handleOnce(context, createRequest('k'), content, async () => {
      for (let minute = 1; minute <= 10; minute++) {
        now = new Date(noon.getTime() + minute * 60_000);
        await vi.advanceTimersByTimeAsync(60_000);
        repeated.push(await handleOnce(context, createRequest('k'), content, handle));
      }
      return { status: 200, body: '{}' };
    });
    expect(repeated).toEqual(Array(10).fill(expect.objectContaining({ code: 'request_in_progress' })));
    expect(calls.count).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    expect(await handleOnce(context, createRequest('k'), content, handle)).toMatchObject({ status: 200, body: '{}' });
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

  it('gives what it makes the same names when it is tried again, under its key alone', async () => {
    let now = noon;
    const context = { ...createTestContext(), now: () => now };
    const seen: string[] = [];
    const handle = async ({ at, createId }: RequestIdentity) => {
      seen.push(`${at} ${createId()} ${createId()}`);
      throw new Error('Away.');
    };
    for (const key of ['k', 'k', 'l', undefined]) {
      await expect(handleOnce(context, createRequest(key), content, handle)).rejects.toThrow('Away.');
      now = new Date(now.getTime() + 1000);
    }
    const [first, again, ...others] = seen;
    expect(again).toBe(first);
    expect(new Set([first, ...others])).toHaveProperty('size', 3);
  });

  it.for(['', 'a b', 'x'.repeat(129), 'ü'])('rejects the key %j', async (key) => {
    const headers = { get: () => key } as unknown as Headers;
    expect(await handleOnce(createTestContext(), { headers }, content, createCounter().handle)).toMatchObject({
      code: 'invalid_request',
    });
  });
});

describe('a request whose response cannot be stored once', () => {
  const file = aFile('gym_logins/a', { batch: toBatch(1), status: 'failed' });
  const headers = { 'idempotency-key': 'k' };

  async function createContext() {
    const line = { ...file, batch: toBatch(1), replaces: null };
    const texts = { [manifestPath(toBatch(1))]: formatManifest([line]) };
    const context = createTestContext({ datasets: [aLanding('gym_logins')], landed: [getProperties(file)], texts });
    await storeFile(context.ports, file);
    await context.ports.runs.save(createRun(1, 'failed'));
    const { storeResponse } = context.ports.idempotencyKeys;
    let failures = 1;
    context.ports.idempotencyKeys.storeResponse = async (...stored) => {
      if (failures-- > 0) throw new Error('The table is away.');
      return storeResponse(...stored);
    };
    return context;
  }
  type Context = Awaited<ReturnType<typeof createContext>>;

  const listPlans = ({ ports }: Context) => [...ports.texts.keys()].filter((path) => path.startsWith('plans/'));
  const countEntries = async ({ ports }: Context) => (await ports.auditLog.list({}, 10)).rows.length;

  it('creates one plan', async () => {
    const context = await createContext();
    const request = { body: { selection: { files: { dataset: 'gym_logins' } }, reason: 'Wrong.' }, headers };
    expect((await send(context, createPlan, request)).status).toBe(500);
    const { body, status } = await send(context, createPlan, request);
    expect(status).toBe(201);
    expect(listPlans(context)).toEqual([`plans/${body.plan}.json`]);
    expect(await countEntries(context)).toBe(1);
    // What was answered is what may be executed.
    const execution = { params: { plan: body.plan }, body: { reason: 'Now.' } };
    expect((await send(context, executePlan, execution)).status).toBe(202);
  });

  it('retries a run once', async () => {
    const context = await createContext();
    const request = { params: { id: toBatch(1) }, body: { reason: 'Again.' }, headers };
    expect((await send(context, retryRun, request)).status).toBe(500);
    const { body, status } = await send(context, retryRun, request);
    expect(status).toBe(202);
    expect(listPlans(context)).toEqual([`plans/${body.plan}.json`]);
    expect(await countEntries(context)).toBe(1);
  });
});
