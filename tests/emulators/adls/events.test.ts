import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startLake } from '../../../emulators/adls/lake.ts';
import { account, createTestLake } from './test-lake.ts';

type ReceivedEvent = { subject: string; eventType: string; data: Record<string, unknown> & { api: string } };

const received: ReceivedEvent[] = [];
const notifications: unknown[] = [];
let refusals = 0;
const hook = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    if (refusals > 0) {
      refusals -= 1;
      response.writeHead(500).end();
      return;
    }
    notifications.push(request.headers['aeg-event-type']);
    received.push(...(JSON.parse(Buffer.concat(parts).toString()) as ReceivedEvent[]));
    response.writeHead(202).end();
  });
});
await new Promise<void>((ready) => hook.listen(0, '127.0.0.1', ready));
const endpoint = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;
const subjectBeginsWith = '/blobServices/default/containers/lake/blobs/landing/';
const lake = createTestLake({ subscriptions: [{ endpoint, subjectBeginsWith, apis: [] }] });
const getFile = (path: string) => lake.fileSystem().getFileClient(path);
const listApis = () => received.map((event) => event.data.api);

beforeEach(() => received.splice(0));
afterAll(() => hook.close());

describe('events', () => {
  it('says CreateFile, and FlushWithClose only to a writer that closes', async () => {
    await getFile('landing/open.csv').upload(Buffer.from('x'));
    await getFile('landing/closed.csv').upload(Buffer.from('x'), { close: true });

    await vi.waitFor(() => expect(listApis().sort()).toEqual(['CreateFile', 'CreateFile', 'FlushWithClose']));
    expect(received.find((event) => event.data.api === 'FlushWithClose')?.subject).toMatch(/landing\/closed\.csv$/);
  });

  it('tells of a blob what its properties say', async () => {
    const blob = lake.container().getBlockBlobClient('landing/gym visits/a.csv');
    await blob.upload('abc', 3, { blobHTTPHeaders: { blobContentType: 'text/csv' } });
    const properties = await blob.getProperties();

    await vi.waitFor(() => expect(received).toHaveLength(1));

    const [event] = received;
    expect(event).toMatchObject({ eventType: 'Microsoft.Storage.BlobCreated' });
    expect(event?.subject).toBe(`${subjectBeginsWith}gym visits/a.csv`);
    expect(event?.data).toMatchObject({
      api: 'PutBlob',
      contentLength: 3,
      blobType: 'BlockBlob',
      contentType: 'text/csv',
    });
    expect(event?.data['url']).toBe(`${lake.endpoint()}/lake/landing/gym%20visits/a.csv`);
    expect(`"${event?.data['eTag']}"`).toBe(properties.etag);
    expect(notifications.at(-1)).toBe('Notification');
  });

  it('tells of a rename as a rename', async () => {
    await getFile('aside.csv').upload(Buffer.from('x'));

    await getFile('aside.csv').move('landing/renamed.csv');

    await vi.waitFor(() => expect(received).toHaveLength(1));
    expect(received[0]).toMatchObject({ eventType: 'Microsoft.Storage.BlobRenamed', data: { api: 'RenameFile' } });
  });

  it('keeps what is outside the subscription to itself', async () => {
    await getFile('control/plan.json').upload(Buffer.from('x'), { close: true });
    await getFile('landing/inside.csv').create();

    await vi.waitFor(() => expect(received).toHaveLength(1));
    expect(received[0]?.subject).toBe(`${subjectBeginsWith}inside.csv`);
  });

  it('orders the changes of one blob by their sequencer', async () => {
    for (let n = 0; n < 5; n++) await lake.container().getBlockBlobClient('landing/seq').upload(String(n), 1);

    await vi.waitFor(() => expect(received).toHaveLength(5));
    const sequencers = received.map((event) => String(event.data['sequencer']));
    expect(new Set(sequencers).size).toBe(5);
    expect(sequencers.every((sequencer) => sequencer.length === 32)).toBe(true);
  });

  it('sends an event again until the subscriber takes it, and no writer waits for that', async () => {
    refusals = 2;

    await getFile('landing/again.csv').create();
    expect(received).toHaveLength(0);

    await vi.waitFor(() => expect(listApis()).toEqual(['CreateFile']), { timeout: 5000 });
  });
});

describe('events on a bad day', () => {
  const root = lake.root;
  const options = { port: 0, account, key: Buffer.from('key').toString('base64'), root };

  it('are dropped, doubled and put in another order when faults say so', async () => {
    const effects = ['drop', 'duplicate', 'reorder'] as const;
    const seen: string[] = [];
    const lines: string[] = [];
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const [event] = JSON.parse(Buffer.concat(parts).toString()) as [ReceivedEvent];
        seen.push(event.subject.slice(-1));
        response.writeHead(200).end();
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const hookOfOther = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const faultyLake = await startLake({
      ...options,
      subscriptions: [{ endpoint: hookOfOther, subjectBeginsWith: '', apis: ['PutBlob'] }],
      faults: {
        faults: effects.map((effect, n) => ({ at: { service: 'adls', call: 'event', nth: n + 1 }, do: effect })),
      },
      log: (line) => lines.push(line),
    });
    const { BlobServiceClient, StorageSharedKeyCredential } = await import('@azure/storage-blob');
    const container = new BlobServiceClient(
      faultyLake.endpoint,
      new StorageSharedKeyCredential(account, options.key),
    ).getContainerClient('lake');

    for (const name of ['1', '2', '3', '4']) await container.getBlockBlobClient(name).upload('x', 1);

    await vi.waitFor(() => expect(seen).toHaveLength(4));
    expect(seen).toEqual(['2', '2', '4', '3']);
    expect(lines).toEqual(effects.map((effect, n) => `On purpose: ${effect} at event ${n + 1}.`));
    await faultyLake.stop();
    server.close();
  });
});

beforeAll(() => expect(lake.root).toBeTruthy());
