import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PushableClock } from '../../../emulators/functions-host/clock.ts';
import { countQueued, readPoison } from './store.ts';
import { HostUnderTest, waitFor } from './test-host.ts';

interface Landed {
  readonly blob: { readonly version: string; readonly source: string; readonly content: unknown };
  readonly metadata: Readonly<Record<string, unknown>>;
}

const webhook = '/runtime/webhooks/blobs?functionName=Host.Functions.landed';

function createEvent(path: string, data: Record<string, unknown> = {}) {
  const url = `http://127.0.0.1:1/lake/landing/${path}`;
  return {
    id: '1',
    eventType: 'Microsoft.Storage.BlobCreated',
    eventTime: '2026-11-24T05:00:00Z',
    dataVersion: '',
    subject: `/blobServices/default/containers/landing/blobs/${path}`,
    data: {
      api: 'FlushWithClose',
      eTag: '0x8D1',
      blobType: 'BlockBlob',
      contentLength: 7,
      contentType: 'text/csv',
      url,
      ...data,
    },
  };
}

function listLandings(host: HostUnderTest, file: string): Landed[] {
  const lines = host.readLines().filter((line) => line['function'] === 'landed') as unknown as Landed[];
  return lines.filter(({ metadata }) => metadata['file'] === file);
}

function deliver(host: HostUnderTest, ...events: unknown[]): Promise<Response> {
  return host.post(`${webhook}&code=blobs-key`, events);
}

describe('the blob trigger', () => {
  let host: HostUnderTest;
  beforeAll(async () => {
    host = await HostUnderTest.startNew();
  });
  afterAll(() => host.end());

  it('answers the handshake of a subscription', async () => {
    const response = await deliver(host, {
      eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
      data: { validationCode: 'abc' },
    });

    expect([response.status, await response.json()]).toEqual([200, { validationResponse: 'abc' }]);
  });

  it('refuses a wrong code', async () => {
    expect((await host.post(`${webhook}&code=wrong`, [createEvent('a/b.csv')])).status).toBe(401);
    expect((await host.post(webhook, [createEvent('a/b.csv')])).status).toBe(401);
  });

  it('answers 404 for a function that is not a blob function', async () => {
    expect(
      (await host.post('/runtime/webhooks/blobs?functionName=Host.Functions.hello&code=blobs-key', [])).status,
    ).toBe(404);
  });

  it('answers 400 to what is not a delivery', async () => {
    const init = { method: 'POST', body: 'no json' };

    expect((await fetch(`${host.address}${webhook}&code=blobs-key`, init)).status).toBe(400);
  });

  it('hands over a reference and never the content', async () => {
    expect((await deliver(host, createEvent('orders/a.csv'))).status).toBe(202);
    const [landed] = await waitFor(
      'it landed',
      () =>
        listLandings(host, 'a.csv')
          .slice(0, 1)
          .map((landing) => [landing])[0],
    );

    expect(landed?.blob).toMatchObject({
      version: '1.0',
      source: 'AzureStorageBlobs',
      contentType: 'application/json',
      content: { Connection: 'LAKE', ContainerName: 'landing', BlobName: 'orders/a.csv' },
    });
  });

  it('hands over the expressions of the path and what the event knows of the blob', async () => {
    await deliver(host, createEvent('2026/deep/er/b.csv'));
    const [landed] = await waitFor(
      'it landed',
      () =>
        listLandings(host, 'deep/er/b.csv')
          .slice(0, 1)
          .map((landing) => [landing])[0],
    );

    expect(landed?.metadata).toMatchObject({
      blobTrigger: 'landing/2026/deep/er/b.csv',
      uri: 'http://127.0.0.1:1/lake/landing/2026/deep/er/b.csv',
      dataset: '2026',
      file: 'deep/er/b.csv',
      metadata: {},
      properties: { eTag: '0x8D1', contentLength: 7, contentType: 'text/csv', blobType: 'BlockBlob' },
    });
  });

  it('runs a duplicate twice', async () => {
    await deliver(host, createEvent('orders/twice.csv'), createEvent('orders/twice.csv'));

    await waitFor('both ran', () => listLandings(host, 'twice.csv').length === 2);
  });

  it('drops what does not match the path or lacks what the extension needs', async () => {
    await deliver(
      host,
      createEvent('nofolder.csv'),
      createEvent('orders/noetag.csv', { eTag: undefined }),
      createEvent('orders/last.csv'),
    );
    await waitFor('the last one ran', () => listLandings(host, 'last.csv').length === 1);

    await host.waitForLog(/orders\/noetag\.csv' lacks data\.eTag and is dropped/);
    await host.waitForLog(/nofolder\.csv' is not for 'landed'/);
    expect(listLandings(host, 'noetag.csv')).toEqual([]);
  });
});

describe('a blob that always fails', () => {
  it('is tried five times with growing delays and then goes to the poison table', async () => {
    const clock = new PushableClock();
    const host = await HostUnderTest.startNew({ clock });

    await deliver(host, createEvent('orders/bad.csv'));
    for (const [index, seconds] of [1, 2, 4, 8].entries()) {
      await host.waitForLog(
        new RegExp(`failed at try ${index + 1} of 5 and is tried again in ${seconds * 1000} ms: bad blob`),
      );
      expect(listLandings(host, 'bad.csv')).toHaveLength(index + 1);
      clock.push({ seconds });
    }
    await host.waitForLog(
      /Message has reached MaxDequeueCount of 5\. Moving message to queue 'webjobs-blobtrigger-poison'/,
    );
    await host.stop();

    expect(readPoison(host)).toEqual([
      {
        FunctionId: 'Host.Functions.landed',
        BlobType: 'BlockBlob',
        ContainerName: 'landing',
        BlobName: 'orders/bad.csv',
        ETag: '0x8D1',
      },
    ]);
    expect(countQueued(host)).toBe(0);
    await host.end();
  });
});

describe('notifications under faults', () => {
  const notification = { service: 'functions-host', call: 'notification' } as const;

  it('are duplicated, dropped and delayed as asked', async () => {
    const clock = new PushableClock();
    const host = await HostUnderTest.startNew({
      clock,
      faults: {
        faults: [
          { at: { ...notification, nth: 1 }, do: 'duplicate' },
          { at: { ...notification, nth: 2 }, do: 'drop' },
          { at: { ...notification, nth: 3 }, do: 'delay', milliseconds: 3_600_000 },
        ],
      },
    });

    await deliver(host, createEvent('orders/one.csv'), createEvent('orders/two.csv'), createEvent('orders/three.csv'));
    await waitFor('the first ran twice', () => listLandings(host, 'one.csv').length === 2);
    expect(listLandings(host, 'three.csv')).toHaveLength(0);
    clock.push({ seconds: 3600 });

    await waitFor('the third ran', () => listLandings(host, 'three.csv').length === 1);
    expect(listLandings(host, 'two.csv')).toHaveLength(0);
    await host.end();
  });
});
