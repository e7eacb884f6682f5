import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Faults } from '../../../emulators/shared/faults.ts';
import { createTestLake } from './test-lake.ts';

interface ReceivedEvent {
  readonly data: { readonly api: string; readonly contentLength: number; readonly eTag: string };
}

const received: ReceivedEvent[] = [];
const hook = createServer((request, response) => {
  let text = '';
  request.on('data', (part: Buffer) => {
    text += part.toString();
  });
  request.on('end', () => {
    received.push(...(JSON.parse(text) as ReceivedEvent[]));
    response.end();
  });
});
await new Promise<void>((ready) => hook.listen(0, '127.0.0.1', ready));
const endpoint = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
const at = { service: 'adls', call: 'CopyBlob', match: '/slow', share: 1 } as const;
const faults: Faults = { faults: [{ at, do: 'pend', milliseconds: 400 }] };
const lake = createTestLake({ faults, subscriptions: [{ endpoint, subjectBeginsWith: '', apis: ['CopyBlob'] }] });
const getBlob = (path: string) => lake.container().getBlockBlobClient(path);

beforeEach(() => received.splice(0));
afterAll(() => hook.close());

async function beginCopy(path: string) {
  const source = getBlob('source');
  await source.upload('abc', 3, { metadata: { by: 'me' } });
  const target = getBlob(path);
  return { target, poller: await target.beginCopyFromURL(source.url, { intervalInMs: 50 }) };
}

describe('a copy that pends', () => {
  it('is told of while it is empty, and is whole later without a word', async () => {
    const { poller, target } = await beginCopy('slow');
    const before = await target.getProperties();
    expect(before).toMatchObject({ copyStatus: 'pending', contentLength: 0, metadata: { by: 'me' } });
    await vi.waitFor(() => expect(received).toHaveLength(1));

    expect((await poller.pollUntilDone()).copyStatus).toBe('success');
    const after = await target.getProperties();
    expect(after).toMatchObject({ copyStatus: 'success', contentLength: 3, copyId: before.copyId });
    expect(after.etag).not.toBe(before.etag);
    expect((await target.downloadToBuffer()).toString()).toBe('abc');
    expect(received.map(({ data }) => [data.contentLength, `"${data.eTag}"`])).toEqual([[0, before.etag]]);
  });

  it('is given up when somebody else writes there, or takes the path away', async () => {
    const { target: overwritten } = await beginCopy('slow-overwritten');
    await overwritten.upload('other', 5);
    const { target: deleted } = await beginCopy('slow-deleted');
    await deleted.delete();
    await beginCopy('slow-renamed');
    await lake.fileSystem().getFileClient('slow-renamed').move('renamed');
    await new Promise((resolve) => setTimeout(resolve, 600));

    expect((await overwritten.downloadToBuffer()).toString()).toBe('other');
    expect((await overwritten.getProperties()).copyStatus).toBeUndefined();
    expect(await deleted.exists()).toBe(false);
    expect(await getBlob('renamed').getProperties()).toMatchObject({ copyStatus: 'aborted', contentLength: 0 });
  });

  it('stays empty when the lake ends meanwhile', async () => {
    await beginCopy('slow-lost');
    await lake.restart();
    await new Promise((resolve) => setTimeout(resolve, 600));

    const properties = await getBlob('slow-lost').getProperties();
    expect([properties.contentLength, properties.copyStatus]).toEqual([0, undefined]);
  });
});
