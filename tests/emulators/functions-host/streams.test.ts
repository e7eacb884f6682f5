import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp, HostUnderTest } from './test-host.ts';

const code = `
import { Readable } from 'node:stream';
app.setup({ enableHttpStream: true });
app.http('counted', { route: 'counted/{name}', methods: ['POST'], handler: async (request) => {
  let bytes = 0;
  for await (const chunk of request.body) bytes += chunk.length;
  return { status: 201, headers: { 'x-kind': request.headers.get('x-kind') }, jsonBody: { bytes, ...request.params } };
} });
app.http('ticks', { handler: async () => ({ body: Readable.from((async function* () {
  for (const each of ['one', 'two', 'three']) {
    yield each;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
})()) }) });
app.http('fails', { handler: async () => { throw new Error('secret of the inside'); } });
`;

describe('an app that streams', () => {
  let host: HostUnderTest;
  beforeAll(async () => {
    host = new HostUnderTest();
    await host.start({ appDirectory: createApp(host, code) });
  });
  afterAll(() => host.end());

  it('reads a body of many chunks as it comes, with the headers and parameters of the request', async () => {
    async function* chunks() {
      for (let n = 0; n < 64; n += 1) yield new Uint8Array(64 * 1024);
    }
    const response = await fetch(`${host.address}/api/counted/large?q=1`, {
      method: 'POST',
      body: chunks(),
      duplex: 'half',
      headers: { 'x-kind': 'chunked' },
    } as unknown as RequestInit);

    expect([response.status, response.headers.get('x-kind')]).toEqual([201, 'chunked']);
    expect(response.headers.get('x-ms-invocation-id')).toBeNull();
    // The query is among the parameters, as in Azure.
    expect(await response.json()).toEqual({ bytes: 4 * 1024 * 1024, name: 'large', q: '1' });
  });

  it('is heard before it has finished', async () => {
    const response = await fetch(`${host.address}/api/ticks`);
    const seen: string[] = [];
    for await (const chunk of response.body ?? []) seen.push(Buffer.from(chunk as Uint8Array).toString());

    expect(seen).toEqual(['one', 'two', 'three']);
  });

  it('answers 500 when its handler throws, and goes on', async () => {
    const response = await host.get('/api/fails');

    expect([response.status, await response.text()]).toEqual([500, '']);
    expect(await (await host.get('/api/ticks')).text()).toBe('onetwothree');
  });

  it('serves many callers side by side', async () => {
    const callers = Array.from({ length: 20 }, async (_, n) => {
      await sleep(n * 5);
      const response = await host.post(`/api/counted/caller-${n}`, { n });
      return ((await response.json()) as { name: string }).name;
    });

    expect(await Promise.all(callers)).toEqual(Array.from({ length: 20 }, (_, n) => `caller-${n}`));
  });
});
