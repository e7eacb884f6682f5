import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AzureNamedKeyCredential } from '@azure/data-tables';
import { freePort } from '../../cli/stack/ports.ts';
import { deskIn } from '../../cloud/table-storage/desk.ts';
import { registryIn } from '../../cloud/table-storage/registry.ts';
import { createStateTable } from '../../cloud/table-storage/table.ts';
import type { Desk, Registry } from '../../medallion/ports/index.ts';

export interface RunningRegistry {
  /** A registry in a table of its own, as a second instance of the app would open it. */
  open(datasets: readonly string[], table?: string): Registry;
  desk(table?: string): Desk;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The real emulator, in a process that can be killed. */
export async function startRegistry(): Promise<RunningRegistry> {
  const folder = mkdtempSync(path.join(tmpdir(), 'registry-'));
  const key = randomBytes(64).toString('base64');
  const port = await freePort();
  const entry = path.join(import.meta.dirname, '../../emulators/table-storage/main.ts');
  const launch = async () => {
    const child = fork(entry, [JSON.stringify({ port, folder, account: 'medallion', key })], { stdio: 'ignore' });
    await new Promise((resolve) => child.once('message', resolve));
    return child;
  };
  let child = await launch();
  const kill = async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  const account = `http://127.0.0.1:${port}/medallion`;
  const createTableContract = (table: string) =>
    createStateTable({ registry: { account, table } }, { registry: new AzureNamedKeyCredential('medallion', key) });
  return {
    open: (datasets, table = 'registry') => registryIn(createTableContract(table), datasets),
    desk: (table = 'registry') => deskIn(createTableContract(table)),
    kill,
    start: async () => {
      child = await launch();
    },
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}
