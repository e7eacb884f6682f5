import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { describe, expect, it } from 'vitest';

const entry = join(import.meta.dirname, '../../../emulators/adls/main.ts');

describe('the process', () => {
  it('says when it is ready, and ends when it is asked to', async () => {
    const root = mkdtempSync(join(tmpdir(), 'lake-'));
    const options = { port: 0, account: 'locallake', key: 'a2V5', root, subscriptions: [] };

    const child: ChildProcess = fork(entry, [JSON.stringify(options)]);
    const [message] = await once(child, 'message');
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');

    expect(message).toMatchObject({ kind: 'ready', endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\//) });
    expect(code).toBe(0);
    rmSync(root, { recursive: true });
  });

  it('dies in the middle of a call when a fault says so, with the work done', async () => {
    const root = mkdtempSync(join(tmpdir(), 'lake-'));
    const key = Buffer.from('key').toString('base64');
    const faults = {
      faults: [{ at: { service: 'adls', call: 'CreateContainer', nth: 1 }, do: 'kill', when: 'after' }],
    };
    const child = fork(entry, [
      JSON.stringify({ port: 0, account: 'locallake', key, root, subscriptions: [], faults }),
    ]);
    const [{ endpoint }] = (await once(child, 'message')) as [{ endpoint: string }];
    const retryOptions = { maxTries: 1 };
    const service = new BlobServiceClient(endpoint, new StorageSharedKeyCredential('locallake', key), { retryOptions });
    const exit = once(child, 'exit');

    await expect(service.getContainerClient('made').create()).rejects.toThrow();

    expect(await exit).toEqual([null, 'SIGKILL']);
    expect(existsSync(join(root, 'made'))).toBe(true);
    rmSync(root, { recursive: true });
  });

  it('ends when its parent goes away', async () => {
    const root = mkdtempSync(join(tmpdir(), 'lake-'));
    const options = { port: 0, account: 'locallake', key: 'a2V5', root, subscriptions: [] };
    const child = fork(entry, [JSON.stringify(options)]);
    await once(child, 'message');

    child.disconnect();
    const [code] = await once(child, 'exit');

    expect(code).toBe(0);
    rmSync(root, { recursive: true });
  });
});
