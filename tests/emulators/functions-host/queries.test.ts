import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostUnderTest } from './test-host.ts';

const api = '/runtime/webhooks/durabletask';

describe('queries over instances', () => {
  let host: HostUnderTest;
  beforeAll(async () => {
    host = await HostUnderTest.startNew();
    for (let index = 0; index < 7; index += 1) await host.run('single', `done-${index}`, 'abc');
    await host.startInstance('waits', 'open-0');
    await host.waitForStatus('open-0', 'Running');
  });
  afterAll(() => host.end());

  it('filters by runtime status', async () => {
    expect(await (await host.callClient('list', 'any', { statuses: ['Running', 'Pending'] })).json()).toEqual([
      'open-0',
    ]);
  });

  it('pages by top and continuation token', async () => {
    const ids: string[] = [];
    let token: string | null = '';
    for (let pages = 0; token !== null; pages += 1) {
      const response: Response = await host.get(`${api}/instances?top=3&runtimeStatus=Completed`, {
        headers: token ? { 'x-ms-continuation-token': token } : {},
      });
      ids.push(...((await response.json()) as { instanceId: string }[]).map(({ instanceId }) => instanceId));
      token = response.headers.get('x-ms-continuation-token');
      expect(pages).toBeLessThan(4);
    }

    expect(ids).toEqual(Array.from({ length: 7 }, (_, index) => `done-${index}`));
  });

  it('gives all pages to the SDK', async () => {
    expect(await (await host.callClient('all', 'any')).json()).toBe(8);
  });

  it('filters by prefix and time', async () => {
    const later = new Date(Date.now() + 60_000).toISOString();

    expect(await (await host.get(`${api}/instances?instanceIdPrefix=open`)).json()).toHaveLength(1);
    expect(await (await host.get(`${api}/instances?createdTimeFrom=${later}`)).json()).toEqual([]);
  });

  it('purges by filter only what has ended, and only with a start time', async () => {
    expect((await fetch(`${host.address}${api}/instances?runtimeStatus=Completed`, { method: 'DELETE' })).status).toBe(
      400,
    );

    const purged = await host.callClient('purgeBy', 'any', { from: '2020-01-01', statuses: ['Completed', 'Running'] });

    expect(await purged.json()).toEqual({ instancesDeleted: 7 });
    expect((await host.getStatus('open-0')).runtimeStatus).toBe('Running');
  });
});
