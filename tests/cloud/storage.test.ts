import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { StorageSharedKeyCredential } from '@azure/storage-file-datalake';
import { describe, expect, it } from 'vitest';
import { createLake } from '../../cloud/storage.ts';
import type { Environment } from '../../environments/environment.ts';
import { account, createTestLake, key } from '../emulators/adls/test-lake.ts';

const emulator = createTestLake();

function open(endpoint = emulator.endpoint()) {
  const container = { account: endpoint, container: 'lake' };
  const environment = { landing: container, control: container, records: container } as Environment;
  const lake = new StorageSharedKeyCredential(account, key);
  return createLake(environment, { lake } as Parameters<typeof createLake>[1]);
}

describe('a text in the control container', () => {
  it('is listed in its folder until it is removed, and may be removed again', async () => {
    const lake = open();
    const path = 'exclusions/bpm/a.json';
    expect(await lake.listControl('exclusions/bpm')).toEqual([]);
    await lake.removeControl(path);
    await lake.commitControl(path, '1');
    await lake.commitControl(path, '2');
    expect(await lake.readControl(path)).toBe('1');
    expect(await lake.listControl('exclusions/bpm')).toEqual([path]);
    await lake.removeControl(path);
    await lake.removeControl(path);
    expect(await lake.listControl('exclusions/bpm')).toEqual([]);
    await lake.commitControl(path, '2');
    expect(await lake.readControl(path)).toBe('2');
  });

  it('keeps packed texts whole, under a name that is free', async () => {
    const lake = open();
    const path = 'archive/users/2026-01-01-0123456789ab.jsonl.gz';
    expect(await lake.readPacked(path)).toBeUndefined();
    await lake.commitPacked(path, 'äöü\n'.repeat(1000));
    await lake.commitPacked(path, 'Another one.');
    expect(await lake.readPacked(path)).toBe('äöü\n'.repeat(1000));
    const bytes = await emulator.fileSystem().getFileClient(path).readToBuffer();
    expect(bytes.length).toBeLessThan(200);
    expect(gunzipSync(bytes).toString('utf8')).toBe('äöü\n'.repeat(1000));
  });
});

it('lists files, without folders, of the landing zone or of one folder', async () => {
  const lake = open();
  const fileSystem = emulator.fileSystem();
  for (const path of ['bpm/2026/01/01/a', 'bpm/b', 'bpm-old/c'])
    await fileSystem.getFileClient(path).upload(Buffer.from('x'));
  const listPaths = async (folder?: string) => {
    const { next, rows } = await lake.listLandedFiles({ folder });
    expect(next).toBeUndefined();
    return rows.map(({ path }) => path).filter((path) => path.startsWith('bpm'));
  };
  expect((await listPaths()).sort()).toEqual(['bpm-old/c', 'bpm/2026/01/01/a', 'bpm/b']);
  expect((await listPaths('bpm')).sort()).toEqual(['bpm/2026/01/01/a', 'bpm/b']);
  expect(await listPaths('bpm/2026/01/01')).toEqual(['bpm/2026/01/01/a']);
  expect(await listPaths('bpm/2026/01/02')).toEqual([]);
  const { rows } = await lake.listLandedFiles({ folder: 'bpm' });
  const properties = await lake.getProperties('bpm/b');
  expect(rows.find(({ path }) => path === 'bpm/b')).toEqual(properties);
});

describe('a copy', () => {
  async function look(status: string) {
    const headers = { etag: '"0x1"', 'last-modified': new Date(0).toUTCString(), 'content-length': '0' };
    const storage = createServer((_, response) =>
      response.writeHead(200, { ...headers, 'x-ms-copy-status': status }).end(),
    );
    await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = storage.address() as AddressInfo;
      return await open(`http://127.0.0.1:${port}/${account}`).getProperties('bpm/a');
    } finally {
      storage.closeAllConnections();
      storage.close();
    }
  }

  it('is not there before it is done', async () => {
    expect(await look('pending')).toBeUndefined();
    expect(await look('success')).toMatchObject({ path: 'bpm/a', etag: '0x1' });
  });

  it.for(['failed', 'aborted'])('that has %s leaves an empty file', async (status) => {
    expect(await look(status)).toMatchObject({ path: 'bpm/a', length: 0 });
  });
});
