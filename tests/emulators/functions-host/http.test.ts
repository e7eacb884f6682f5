import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostUnderTest } from './test-host.ts';

describe('the HTTP server', () => {
  let host: HostUnderTest;
  beforeAll(async () => {
    host = await HostUnderTest.startNew();
  });
  afterAll(() => host.end());

  it('hands over route, query, headers and body, and sends back status, headers, cookie and body', async () => {
    const response = await fetch(`${host.address}/api/hello/Zo%C3%AB?q=1%2B1&q=2`, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'X-Custom': 'yes', 'content-type': 'application/json' },
    });

    expect(response.status).toBe(201);
    expect(response.headers.get('x-q')).toBe('1+1,2');
    expect(response.headers.get('x-custom')).toBe('yes');
    expect(response.headers.get('set-cookie')).toBe('c=1; max-age=60; path=/; httponly; samesite=lax');
    expect(await response.json()).toEqual({ name: 'Zoë', body: { a: 1 } });
  });

  it('leaves out an optional parameter', async () => {
    expect(await (await host.get('/api/hello')).json()).toEqual({ name: null, body: null });
  });

  it.each([
    ['/api/items/latest', { route: 'literal', params: {} }],
    ['/api/items/42', { route: 'constrained', params: { id: '42' } }],
    ['/api/items/abc', { route: 'parameter', params: { id: 'abc' } }],
    ['/api/items/a%2Fb%20c', { route: 'parameter', params: { id: 'a%2Fb c' } }],
    ['/api/items/a/b/c', { route: 'rest', params: { path: 'a/b/c' } }],
    ['/api/files/abc.csv', { route: 'mixed', params: { name: 'abc', extension: 'csv' } }],
    ['/API/ITEMS/LATEST/', { route: 'literal', params: {} }],
  ])('routes %s to the most precise template', async (path, answer) => {
    expect(await (await host.get(path)).json()).toEqual(answer);
  });

  it.each(['/api/nowhere', '/hello', '/api/files/abc.txt', '/api/files/abcdef.csv'])(
    'answers 404 at %s',
    async (path) => {
      expect((await host.get(path)).status).toBe(404);
    },
  );

  it('answers 404 to a method that the function does not take, as Azure does', async () => {
    expect((await fetch(`${host.address}/api/hello`, { method: 'DELETE' })).status).toBe(404);
  });

  it('carries bytes unchanged', async () => {
    const body = new Uint8Array([0, 255, 128, 10, 13]);
    const response = await fetch(`${host.address}/api/bytes`, { method: 'POST', body });

    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([13, 10, 128, 255, 0]);
  });

  it('answers 204 for a handler that returns nothing', async () => {
    expect((await host.get('/api/nothing')).status).toBe(204);
  });

  it('answers 500 without a word of the inside, and logs the error', async () => {
    const response = await host.get('/api/fails');

    expect([response.status, await response.text()]).toEqual([500, '']);
    await host.waitForLog(/GET \/api\/fails failed: .*secret of the inside/);
  });

  it('warns of a function that throws something other than an Error', async () => {
    expect((await host.get('/api/throwsText')).status).toBe(500);

    await host.waitForLog(/warning throwsText: It threw something that is not an Error/);
  });

  it('gives settings and its own address to the environment of the app', async () => {
    const environment = await (await host.get('/api/environment')).json();

    expect(environment).toMatchObject({ hub: 'FixtureHub', hostname: new URL(host.address).host, runtime: 'node' });
    expect((environment as { pid: number }).pid).not.toBe(process.pid);
  });

  it('tells that it runs', async () => {
    expect(await (await host.get('/admin/host/status')).json()).toMatchObject({ state: 'Running' });
  });

  it('passes the log of the app on', async () => {
    await host.get('/api/hello/you');

    await host.waitForLog(/information hello: hello you/);
  });

  it('runs the hooks of the app', async () => {
    await host.get('/api/fails');

    expect(host.readLines()).toContainEqual({ hook: 'appStart' });
    expect(host.readLines()).toContainEqual({
      hook: 'postInvocation',
      error: 'Error: secret of the inside',
      startedBy: 'hook',
    });
  });

  it('trusts loopback callers where no host key is configured', async () => {
    expect((await host.get('/api/guarded')).status).toBe(200);
  });
});

describe('the HTTP server with a host key', () => {
  let host: HostUnderTest;
  beforeAll(async () => {
    host = await HostUnderTest.startNew({ hostKey: 'the-key' });
  });
  afterAll(() => host.end());

  it.each([
    ['/api/guarded', 401],
    ['/api/guarded?code=wrong', 401],
    ['/api/guarded?code=the-key', 200],
    ['/api/hello', 201],
    ['/admin/host/status', 401],
    ['/runtime/webhooks/durabletask/instances', 401],
    ['/runtime/webhooks/durabletask/instances?code=the-key', 200],
  ])('answers %s with %i', async (path, status) => {
    expect((await host.get(path)).status).toBe(status);
  });

  it('takes the key from the header too', async () => {
    expect((await host.get('/api/guarded', { headers: { 'x-functions-key': 'the-key' } })).status).toBe(200);
  });

  it.each([
    ['a page of another site', { origin: 'http://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['a request that a browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
  ])('rejects %s at every door, also with the key, and starts nothing', async (_, headers) => {
    for (const door of [
      '/runtime/webhooks/durabletask/orchestrators/single/foreign-1',
      '/runtime/webhooks/blobs?functionName=Host.Functions.landed',
      '/admin/functions/Yearly',
    ]) {
      const keyed = { 'x-functions-key': 'the-key', 'content-type': 'application/json', ...headers };
      expect((await host.get(door, { method: 'POST', headers: keyed, body: '"abc"' })).status, door).toBe(403);
    }
    const instance = '/runtime/webhooks/durabletask/instances/foreign-1?code=the-key';
    expect((await host.get(instance)).status).toBe(404);
  });

  it('lets the client of the app reach the durable API without a key', async () => {
    expect((await host.startInstance('single', 'key-1', 'abc')).status).toBe(202);
  });
});
