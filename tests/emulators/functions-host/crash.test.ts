import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkIntegrity, listLeftovers } from './store.ts';
import { appDirectory, createFolder, createSettings, HostUnderTest, readTrace, waitFor } from './test-host.ts';

const main = fileURLToPath(new URL('../../../emulators/functions-host/main.ts', import.meta.url));

describe('the host as a process', () => {
  let folder: string;
  let process_: ChildProcess;
  beforeEach(() => {
    folder = createFolder();
  });
  afterEach(() => {
    process_.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function launch(): Promise<string> {
    const options = {
      appDirectory,
      port: 0,
      storeFile: join(folder, 'host.sqlite'),
      blobsKey: 'k',
      settings: createSettings(folder),
    };
    process_ = fork(main, [JSON.stringify(options)], { silent: true, execArgv: [] });
    return new Promise((resolve, reject) => {
      process_.once('message', (message) => resolve((message as { address: string }).address));
      process_.once('exit', (code) => reject(new Error(`The host ended with ${code}.`)));
    });
  }

  function waitForExit(): Promise<number | null> {
    return new Promise((resolve) => process_.once('exit', resolve));
  }

  it('ends cleanly on SIGTERM and on the end of its parent', async () => {
    for (const end of [() => process_.kill('SIGTERM'), () => process_.disconnect()]) {
      const address = await launch();
      const { pid } = (await (await fetch(`${address}/api/environment`)).json()) as { pid: number };
      const exit = waitForExit();
      end();

      expect(await exit).toBe(0);
      await waitFor('the app is gone', () => isGone(pid));
    }
  });

  it('takes the app with it when it is killed, even from an endless loop', async () => {
    const address = await launch();
    const { pid } = (await (await fetch(`${address}/api/environment`)).json()) as { pid: number };
    const looping = fetch(`${address}/api/loop`).catch(() => 'gone');
    await new Promise((resolve) => setTimeout(resolve, 100));

    process_.kill('SIGKILL');

    expect(await looping).toBe('gone');
    await waitFor('the app is gone', () => isGone(pid));
  });

  it('loses nothing when it is killed again and again', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => index);
    const address = await launch();
    const post = (path: string, body: unknown) =>
      fetch(address + path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
    const landed = {
      eventType: 'Microsoft.Storage.BlobCreated',
      data: { url: 'http://x/y', eTag: '1', blobType: 'BlockBlob' },
    };
    const events = ids.map((id) => ({
      ...landed,
      subject: `/blobServices/default/containers/landing/blobs/d/f${id}.csv`,
    }));
    for (const id of ids) {
      await post(`/api/start/chain/chain-${id}`, { count: 30 });
      await post(`/api/start/pipeline/pipeline-${id}`, { word: `w${id}` });
      await post(`/api/ask/raise/pipeline-${id}`, { name: 'approve', payload: id });
    }
    await post('/runtime/webhooks/blobs?functionName=Host.Functions.landed&code=k', events);

    for (let kills = 0; kills < 5; kills += 1) {
      const exit = waitForExit();
      process_.kill('SIGKILL');
      await exit;
      await launch();
      await new Promise((resolve) => setTimeout(resolve, 50 + kills * 60));
    }
    const last = waitForExit();
    process_.kill('SIGKILL');
    await last;

    const host = new HostUnderTest();
    await host.start({ storeFile: join(folder, 'host.sqlite'), settings: createSettings(folder) });
    for (const id of ids) {
      expect((await host.waitUntilEnded(`chain-${id}`)).output).toBe(465);
      expect((await host.waitUntilEnded(`pipeline-${id}`)).output).toEqual([`W${id}`, id, ['X0', 'X1', 'X2'], 100]);
    }
    await waitFor('every blob was seen', () => listLanded(folder).size === ids.length);
    await host.end();
    expect(listLeftovers({ folder })).toEqual([]);
    expect(checkIntegrity({ folder })).toEqual(['ok']);
  });
});

function listLanded(folder: string): Set<unknown> {
  const lines = readTrace(folder).filter((line) => line['function'] === 'landed');
  return new Set(lines.map(({ metadata }) => (metadata as { blobTrigger: string }).blobTrigger));
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
