import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AzureNamedKeyCredential, type TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe } from 'vitest';
import { findFreePort } from '../../cli/stack/ports.ts';
import { createStateTable } from '../../cloud/table-storage/table.ts';
import type { Counts } from '../../emulators/table-storage/proxy.ts';
import { createStrictTable, type StrictTable } from '../../emulators/table-storage/strict-table.ts';
import type { TableOptions } from '../../emulators/table-storage/tables.ts';

export type GetTable = () => Promise<TableClient>;

interface TableService {
  /** A table by its name; the same name gives the same table, as to a second instance of the app. */
  openTable(name: string): GetTable;
  stop(): Promise<void>;
}

interface TableEmulator extends TableService {
  /** Ends the process at once, as a crash does, and starts another one. */
  crash(): Promise<void>;
  /** What the requests so far have cost. */
  readCounts(): Promise<Counts>;
}

/** Which pages end early, and what goes wrong on purpose. */
type Disturbance = Pick<TableOptions, 'faults' | 'seed'>;

const entry = path.join(import.meta.dirname, '../../emulators/table-storage/main.ts');

/** The real emulator, in a process that can be killed. */
export async function startTableEmulator(disturbance: Disturbance = {}): Promise<TableEmulator> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tables-'));
  const key = randomBytes(64).toString('base64');
  const port = await findFreePort();
  const launch = async () => {
    const options = { port, folder, account: 'medallion', key, ...disturbance };
    const child = fork(entry, [JSON.stringify(options)], { stdio: 'ignore' });
    await new Promise((resolve) => child.once('message', resolve));
    return child;
  };
  let child = await launch();
  const kill = async () => {
    const exit = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exit;
  };
  const account = `http://127.0.0.1:${port}/medallion`;
  const credentials = { stateTable: new AzureNamedKeyCredential('medallion', key) };
  return {
    openTable: (table) => createStateTable({ stateTable: { account, table } }, credentials, async () => undefined),
    crash: async () => {
      await kill();
      child = await launch();
    },
    readCounts: async () => (await (await fetch(`http://127.0.0.1:${port}/_counts`)).json()) as Counts,
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

function startStrictTables(emptyPages: number): TableService {
  const tables = new Map<string, StrictTable>();
  return {
    openTable: (name) => {
      const table = tables.get(name) ?? createStrictTable({ emptyPages });
      tables.set(name, table);
      return async () => table.client;
    },
    stop: async () => tables.clear(),
  };
}

const services: readonly { readonly name: string; readonly start: () => Promise<TableService> }[] = [
  { name: 'on the emulator', start: startTableEmulator },
  { name: 'on a strict table', start: async () => startStrictTables(0) },
  { name: 'on a strict table with empty pages', start: async () => startStrictTables(3) },
];

/** The same cases on every table service, so that a strict table is shown to behave like the emulator. */
export function describeOnTables(title: string, defineCases: (openTable: () => GetTable) => void): void {
  describe.each(services)(`${title}, $name`, ({ start }) => {
    let service: TableService;
    let count = 0;
    beforeAll(async () => {
      service = await start();
    });
    afterAll(() => service.stop());
    defineCases(() => service.openTable(`table${++count}`));
  });
}
