import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { DataLakeServiceClient, StorageSharedKeyCredential } from '@azure/storage-file-datalake';
import { describe, expect, it } from 'vitest';
import type { Faults } from '../../../emulators/shared/faults.ts';
import { account, createTestLake, getError, key } from './test-lake.ts';

const faults: Faults = { faults: [] };
const lake = createTestLake({ faults });

/** A request as no client would send it: a client tidies its path up. */
function send(path: string, isSigned: boolean): Promise<number | undefined> {
  const { hostname, port } = new URL(lake.endpoint());
  const date = new Date().toUTCString();
  const text = `GET${'\n'.repeat(12)}x-ms-date:${date}\n/${account}${path}`;
  const signature = new StorageSharedKeyCredential(account, key).computeHMACSHA256(text);
  const headers = { 'x-ms-date': date, ...(isSigned ? { authorization: `SharedKey ${account}:${signature}` } : {}) };
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method: 'GET', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('refusals', () => {
  it('refuses a signature of another key', async () => {
    const credential = new StorageSharedKeyCredential(account, Buffer.from('another').toString('base64'));
    const stranger = new DataLakeServiceClient(lake.endpoint(), credential).getFileSystemClient('lake');

    const refusal = await getError(stranger.getFileClient('x').create());

    expect(refusal).toEqual({ status: 403, code: 'AuthenticationFailed' });
  });

  it('refuses a request without a signature', async () => {
    expect(await send(`/${account}/lake/x`, false)).toBe(403);
  });

  it.each(['../secret', 'a/../../secret', 'a%2F..%2F..%2Fsecret', 'a/./b', 'a//b', '%2Fetc'])(
    'refuses the path %s',
    async (path) => {
      const [bad, good] = await Promise.all([send(`/${account}/lake/${path}`, true), send(`/${account}/lake/x`, true)]);

      expect([bad, good]).toEqual([400, 404]);
    },
  );

  it('takes a per cent sign in a name for what it is', async () => {
    await lake.fileSystem().getFileClient('..%2Fplain').create();

    expect(readdirSync(join(lake.root, 'lake'))).toContain('..%2Fplain');
  });

  it('says of a call that it does not offer that it does not', async () => {
    const file = lake.fileSystem().getFileClient('x');
    await file.create();

    const refusal = await getError(file.getAccessControl());

    expect(refusal.status).toBe(501);
  });

  it('is busy when a fault says so, and only then', async () => {
    faults.faults.push({ at: { service: 'adls', call: 'AppendFile', nth: 1 }, do: 'fail', status: 503 });
    const file = lake.fileSystem().getFileClient('busy');
    await file.create();

    const first = await getError(file.append(Buffer.from('x'), 0, 1));
    await file.append(Buffer.from('x'), 0, 1);

    expect(first).toMatchObject({ status: 503, code: 'ServerBusy' });
  });

  it('answers what a fault says, in the form of the service', async () => {
    const body = { code: 'ContainerBeingDeleted', message: 'The container is being deleted.' };
    faults.faults.push({ at: { service: 'adls', call: 'FlushFile', nth: 1 }, do: 'fail', status: 409, body });
    const file = lake.fileSystem().getFileClient('said');
    await file.create();

    expect(await getError(file.flush(0))).toEqual({ status: 409, code: 'ContainerBeingDeleted' });
  });

  it('refuses one path and no other when a fault says so', async () => {
    const at = { service: 'adls', call: 'GetBlobProperties', match: '/shut.csv', to: 3600 } as const;
    faults.faults.push({ at, do: 'fail', status: 403 });
    const [shut, open] = ['shut.csv', 'open.csv'].map((name) => lake.fileSystem().getFileClient(name));
    await shut?.create();
    await open?.create();

    expect(await getError(shut?.getProperties() ?? Promise.resolve())).toMatchObject({ status: 403 });
    expect((await open?.getProperties())?.contentLength).toBe(0);
  });

  it('breaks a listing at one of its pages when a fault says so', async () => {
    const at = { service: 'adls', call: 'ListPaths', match: 'continuation=', nth: 1 } as const;
    faults.faults.push({ at, do: 'fail', status: 500 });
    const files = lake.fileSystem();
    for (const name of ['one', 'two', 'three']) await files.getFileClient(`pages/${name}`).create();
    const pages = files.listPaths({ path: 'pages' }).byPage({ maxPageSize: 1 });

    expect((await pages.next()).value?.pathItems).toHaveLength(1);
    expect(await getError(pages.next())).toMatchObject({ status: 500 });
  });

  it('loses the answer of a call that was carried out, or is late, when a fault says so', async () => {
    const at = { service: 'adls', call: 'DeleteBlob', nth: 1 } as const;
    faults.faults.push({ at, do: 'delay', milliseconds: 200 }, { at, do: 'fail', status: 500, when: 'after' });
    const file = lake.fileSystem().getFileClient('lost');
    await file.create();
    const began = Date.now();

    expect(await getError(file.delete())).toEqual({ status: 500, code: 'InternalError' });
    expect(Date.now() - began).toBeGreaterThanOrEqual(200);
    expect(await file.exists()).toBe(false);
  });

  it('cuts the connection after the work is done when a fault says so', async () => {
    faults.faults.push({ at: { service: 'adls', call: 'RenamePath', nth: 1 }, do: 'disconnect', when: 'after' });
    const file = lake.fileSystem().getFileClient('cut');
    await file.create();

    await expect(file.move('cut-moved')).rejects.toThrow();

    expect(await lake.fileSystem().getFileClient('cut-moved').exists()).toBe(true);
  });
});
