import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AzureNamedKeyCredential, TableClient } from '@azure/data-tables';
import { BlobServiceClient, type ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { findFreePort } from '../../../cli/stack/ports.ts';
import type { Faults } from '../../../emulators/shared/faults.ts';
import { SupervisedProcess } from '../chaos/supervised-process.ts';

const project = resolve(import.meta.dirname, '../../..');
const getEntry = (name: string) => join(project, 'emulators', name, 'main.ts');
const account = 'medallion';

export type RegisteredFile = { file: string; path: string; etag: string; status: string };

/** The built app on its host, with lake and state table, but without a workspace: it registers, and then waits. */
export class TestApp {
  readonly folder = mkdtempSync(join(tmpdir(), 'burst-'));
  readonly #running: SupervisedProcess<{ address: string; endpoint: string }>[] = [];
  #address = '';
  #lake = '';
  #stateTable = '';
  readonly #keys = { lake: createKey(), stateTable: createKey() };

  async start(faults: Faults = { faults: [] }): Promise<void> {
    const port = { app: await findFreePort(), stateTable: await findFreePort() };
    const endpoint = `http://127.0.0.1:${port.app}/runtime/webhooks/blobs?functionName=Host.Functions.blobLanded&code=k`;
    const subscription = { endpoint, subjectBeginsWith: '/blobServices/default/containers/landing/', apis: [] };
    const root = join(this.folder, 'lake');
    const lake = { port: 0, account, key: this.#keys.lake, root, subscriptions: [subscription], faults };
    mkdirSync(join(this.folder, 'state'));
    const stateTable = {
      port: port.stateTable,
      folder: join(this.folder, 'state'),
      account,
      key: this.#keys.stateTable,
    };
    const [{ endpoint: lakeAddress }, { address }] = await Promise.all([
      this.#startEmulator('adls', lake),
      this.#startEmulator('table-storage', stateTable),
    ]);
    this.#lake = lakeAddress;
    this.#stateTable = address;
    await this.landing.createIfNotExists();
    await this.#openContainer('control').createIfNotExists();
    const environment = this.#writeEnvironment(address);
    const settings = {
      MEDALLION_ENVIRONMENT: environment,
      SWEEP_SCHEDULE: '0 0 3 1 1 *',
      TASK_HUB: 'Burst',
      LANDING: 'x',
    };
    const storeFile = join(this.folder, 'host.sqlite');
    const host = { appDirectory: project, port: port.app, storeFile, blobsKey: 'k', settings };
    this.#address = (await this.#startEmulator('functions-host', host)).address;
  }

  get address(): string {
    return this.#address;
  }

  /** Summaries of the backups of the state table. */
  async listBackups(): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of this.#openContainer('control').listBlobsFlat({ prefix: 'backups/' }))
      if (name.endsWith('.json')) names.push(name);
    return names;
  }

  get landing(): ContainerClient {
    return this.#openContainer('landing');
  }

  #openContainer(name: string): ContainerClient {
    const credential = new StorageSharedKeyCredential(account, this.#keys.lake);
    return new BlobServiceClient(this.#lake, credential).getContainerClient(name);
  }

  sweep = () => this.runTimer('sweep');

  async runTimer(name: string): Promise<void> {
    const { status } = await fetch(`${this.#address}/admin/functions/${name}`, { method: 'POST' });
    if (status !== 202) throw new Error(`The timer '${name}' could not be started: status ${status}.`);
  }

  /** The state table, as whoever may delete it sees it. */
  get stateTable(): TableClient {
    const credential = new AzureNamedKeyCredential(account, this.#keys.stateTable);
    return new TableClient(this.#stateTable, 'state', credential, { allowInsecureConnection: true });
  }

  async listFiles(): Promise<RegisteredFile[]> {
    const all: RegisteredFile[] = [];
    for (let after: string | undefined = ''; after !== undefined; ) {
      const response = await fetch(
        `${this.#address}/api/files?limit=1000&order=id${after && `&after=${encodeURIComponent(after)}`}`,
      );
      const page = (await response.json()) as { files: RegisteredFile[]; next?: string };
      if (!response.ok) throw new Error(`The app answered ${response.status}: ${JSON.stringify(page)}`);
      all.push(...page.files);
      after = page.next;
    }
    return all;
  }

  async end(): Promise<void> {
    for (const emulator of this.#running.reverse()) await emulator.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #startEmulator(name: string, options: object): Promise<{ address: string; endpoint: string }> {
    const emulator = new SupervisedProcess<{ address: string; endpoint: string }>(getEntry(name), options);
    this.#running.push(emulator);
    return emulator.start();
  }

  #writeEnvironment(stateTable: string): string {
    const base = JSON.parse(readFileSync(join(project, 'environments/local.json'), 'utf8'));
    const keys = { lake: { account, key: this.#keys.lake }, stateTable: { account, key: this.#keys.stateTable } };
    const keysFile = join(this.folder, 'keys.json');
    writeFileSync(keysFile, JSON.stringify({ ...keys, databricksToken: 'none', deployerToken: 'none' }));
    const file = join(this.folder, 'environment.json');
    const environment = {
      ...base,
      identity: { kind: 'local', keysFile },
      landing: { ...base.landing, account: this.#lake },
      control: { ...base.control, account: this.#lake },
      records: { ...base.records, account: this.#lake },
      stateTable: { ...base.stateTable, account: stateTable },
      // So long a debounce that no batch is formed: there is no workspace to run it.
      tuning: { ...base.tuning, batches: { ...base.tuning.batches, debounceSeconds: 600 } },
    };
    writeFileSync(file, JSON.stringify(environment));
    return file;
  }
}

function createKey(): string {
  return randomBytes(64).toString('base64');
}
