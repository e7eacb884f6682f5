import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Host, type HostOptions, startHost } from '../../../emulators/functions-host/host.ts';

export const appDirectory = fileURLToPath(new URL('./fixture-app', import.meta.url));

export interface Status {
  readonly runtimeStatus: string;
  readonly output: unknown;
  readonly input: unknown;
  readonly customStatus: unknown;
  readonly name: string;
}

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

type Line = Readonly<Record<string, unknown>>;

/** Settings that every run of the fixture app needs, in a folder of its own. */
export function createSettings(folder: string): Record<string, string> {
  const traceFile = join(folder, 'trace.jsonl');
  return { TASK_HUB: 'FixtureHub', OFTEN: '0 0 4 1 1 *', LAKE: 'lake', TRACE_FILE: traceFile };
}

export function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'host-test-'));
  writeFileSync(join(folder, 'trace.jsonl'), '');
  return folder;
}

/** An app of its own for a test, beside the store of the host. */
export function createApp({ folder }: HostUnderTest, code: string, hostJson: object = {}): string {
  const directory = join(folder, 'app');
  mkdirSync(directory);
  symlinkSync(modules, join(directory, 'node_modules'));
  writeFileSync(join(directory, 'package.json'), '{"type":"module","main":"main.mjs"}');
  writeFileSync(join(directory, 'host.json'), JSON.stringify({ version: '2.0', ...hostJson }));
  writeFileSync(
    join(directory, 'main.mjs'),
    `import { app } from '@azure/functions';\nimport * as df from 'durable-functions';\n${code}`,
  );
  return directory;
}

/** What the fixture app has noted. A kill can cut the last line short. */
export function readTrace(folder: string): Line[] {
  const lines = readFileSync(join(folder, 'trace.jsonl'), 'utf8').split('\n');
  return lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Line);
}

export async function waitFor<Value>(
  what: string,
  look: () => Promise<Value> | Value,
  seconds = 15,
): Promise<NonNullable<Value>> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const value = await look();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`It did not come to pass within ${seconds} s: ${what}`);
}

/** The fixture app on a host, and what a test asks of it. */
export class HostUnderTest {
  readonly folder: string;
  readonly logs: string[] = [];
  readonly #overrides: Partial<HostOptions>;
  #host: Host | undefined;

  constructor(overrides: Partial<HostOptions> = {}) {
    this.folder = createFolder();
    this.#overrides = overrides;
  }

  static async startNew(overrides: Partial<HostOptions> = {}): Promise<HostUnderTest> {
    const host = new HostUnderTest(overrides);
    await host.start();
    return host;
  }

  get address(): string {
    if (!this.#host) throw new Error('The host is not running.');
    return this.#host.address;
  }

  async start(overrides: Partial<HostOptions> = {}): Promise<void> {
    this.#host = await startHost({
      appDirectory,
      port: 0,
      storeFile: join(this.folder, 'host.sqlite'),
      blobsKey: 'blobs-key',
      log: (level, message) => this.logs.push(`${level} ${message}`),
      ...this.#overrides,
      ...overrides,
      settings: { ...createSettings(this.folder), ...this.#overrides.settings, ...overrides.settings },
    });
  }

  async stop(): Promise<void> {
    await this.#host?.stop();
    this.#host = undefined;
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  post(path: string, body?: unknown): Promise<Response> {
    const content =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return fetch(this.address + path, { method: 'POST', ...content });
  }

  get(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.address + path, init);
  }

  /** Starts an instance through the SDK's client inside the app. */
  async startInstance(name: string, id: string, input?: unknown): Promise<Response> {
    return this.post(`/api/start/${name}/${id}`, input);
  }

  /** Asks the SDK's client inside the app. */
  async callClient(verb: string, id: string, body?: unknown): Promise<Response> {
    return this.post(`/api/ask/${verb}/${id}`, body);
  }

  async getStatus(id: string): Promise<Status> {
    const response = await this.get(`/runtime/webhooks/durabletask/instances/${encodeURIComponent(id)}`);
    if (response.status === 404) throw new Error(`There is no instance '${id}'.`);
    return (await response.json()) as Status;
  }

  /** How many events of a type the history of an instance has. */
  async countEvents(id: string, type: string): Promise<number> {
    const response = await this.get(`/runtime/webhooks/durabletask/instances/${id}?showHistory=true`);
    const { historyEvents } = (await response.json()) as { historyEvents: { EventType: string }[] };
    return historyEvents.filter(({ EventType }) => EventType === type).length;
  }

  waitUntilEnded(id: string): Promise<Status> {
    return waitFor(`'${id}' ends`, async () => {
      const status = await this.getStatus(id);
      return ['Completed', 'Failed', 'Terminated'].includes(status.runtimeStatus) ? status : undefined;
    });
  }

  async run(name: string, id: string, input?: unknown): Promise<Status> {
    const started = await this.startInstance(name, id, input);
    if (started.status !== 202) throw new Error(`'${name}' did not start: ${await started.text()}`);
    return this.waitUntilEnded(id);
  }

  waitForStatus(id: string, runtimeStatus: string): Promise<unknown> {
    return waitFor(
      `'${id}' is ${runtimeStatus}`,
      async () => (await this.getStatus(id)).runtimeStatus === runtimeStatus,
    );
  }

  readLines(): Line[] {
    return readTrace(this.folder);
  }

  waitForLog(pattern: RegExp): Promise<string> {
    return waitFor(`the log says ${pattern}`, () => this.logs.find((line) => pattern.test(line)));
  }
}
