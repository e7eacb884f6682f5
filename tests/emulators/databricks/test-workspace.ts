import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DBSQLClient } from '@databricks/sql';
import { expect, vi } from 'vitest';
import type { Workspace, WorkspaceOptions } from '../../../emulators/databricks/options.ts';
import { startWorkspace } from '../../../emulators/databricks/workspace.ts';
import type { RunResponse, TestResponse } from './responses.ts';

const project = resolve(import.meta.dirname, '../../..');
const fixture = join(import.meta.dirname, 'fixture');
const python = join(project, '.tools/venv/bin/python');

type Rows = Record<string, unknown>[];

/** A workspace of its own for one test file: its home, its bundle, and clients for both of its protocols. */
export class TestWorkspace {
  readonly home = mkdtempSync(join(tmpdir(), 'workspace-'));
  readonly options: WorkspaceOptions;
  #workspace: Workspace | undefined;
  #client: DBSQLClient | undefined;

  constructor(options: Partial<WorkspaceOptions> = {}) {
    const wheel = this.buildWheel();
    const tokens = { 'token-of-ann': 'ann@example.com', 'token-of-bob': 'bob@example.com' };
    this.options = {
      port: 0,
      home: join(this.home, 'state'),
      bundle: join(fixture, 'databricks.yml'),
      target: 'local',
      variables: {},
      wheel,
      python,
      jars: join(project, '.tools/jars'),
      tokens,
      groups: { 'ann@example.com': ['admins'], 'bob@example.com': ['readers'], robot: ['robots'] },
      ...options,
    };
  }

  /** Answers the file, whose name depends on the version alone. */
  buildWheel(version = '1.0', mark = ''): string {
    const script = join(fixture, 'build_wheel.py');
    return execFileSync(python, [script, this.home, version, mark], { encoding: 'utf8' }).trim();
  }

  async start(): Promise<void> {
    this.#workspace = await startWorkspace(this.options);
  }

  /** Speaks to a workspace that runs in a process of its own. */
  use(running: { url: string; certificateFile: string }): void {
    this.#workspace = { ...running, stop: async () => undefined };
  }

  async stop(): Promise<void> {
    await this.#client?.close();
    this.#client = undefined;
    await this.#workspace?.stop();
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  get url(): URL {
    return new URL(this.#workspace?.url ?? '');
  }

  get certificate(): string {
    return readFileSync(this.#workspace?.certificateFile ?? '', 'utf8');
  }

  async call<T>(
    method: 'GET' | 'POST',
    path: string,
    parameters: object = {},
    token = 'token-of-ann',
  ): Promise<TestResponse<T>> {
    const pairs = Object.entries(parameters).map(([key, value]) => [key, String(value)] as [string, string]);
    const query = method === 'GET' ? `?${new URLSearchParams(pairs)}` : '';
    const headers = { authorization: `Bearer ${token}` };
    const address = new URL(path + query, this.url);
    return new Promise((done, reject) => {
      const sent = request(address, { method, ca: this.certificate, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          done({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString()) as T });
        });
      });
      sent.on('error', reject);
      sent.end(method === 'POST' ? JSON.stringify(parameters) : undefined);
    });
  }

  async jobs<T>(method: 'GET' | 'POST', path: string, parameters: object = {}): Promise<T> {
    const { status, body } = await this.call<T>(method, `/api/2.2/jobs/${path}`, parameters);
    if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async findJobId(name: string): Promise<number> {
    const { jobs } = await this.jobs<{ jobs: { job_id: number }[] }>('GET', 'list', { name });
    return jobs[0]?.job_id ?? 0;
  }

  async runNow(name: string, parameters: object = {}): Promise<number> {
    const job_id = await this.findJobId(name);
    return (await this.jobs<{ run_id: number }>('POST', 'run-now', { job_id, ...parameters })).run_id;
  }

  getRun(run_id: number): Promise<RunResponse> {
    return this.jobs<RunResponse>('GET', 'runs/get', { run_id });
  }

  waitForState(run_id: number, state: string, timeout = 20_000): Promise<RunResponse> {
    return vi.waitFor(
      async () => {
        const run = await this.getRun(run_id);
        expect(run.status.state).toBe(state);
        return run;
      },
      { timeout, interval: 50 },
    );
  }

  waitUntilEnded(run_id: number, timeout?: number): Promise<RunResponse> {
    return this.waitForState(run_id, 'TERMINATED', timeout);
  }

  getOutput(run_id: number): Promise<{ logs: string; error?: string; error_trace?: string }> {
    return this.jobs('GET', 'runs/get-output', { run_id });
  }

  async openClient(token = 'token-of-ann'): Promise<DBSQLClient> {
    const client = new DBSQLClient({ logger: { log: () => undefined, setLevel: () => undefined } as never });
    await client.connect({
      host: 'localhost',
      port: Number(this.url.port),
      path: '/sql/1.0/warehouses/local',
      token,
      customCaCert: this.certificate,
      telemetryEnabled: false,
      preserveBigNumericPrecision: true,
    });
    return client;
  }

  async openSession(options: Parameters<DBSQLClient['openSession']>[0] = {}) {
    this.#client ??= await this.openClient();
    return this.#client.openSession(options);
  }

  /** One statement of somebody else, with a driver of its own. */
  async runSqlAs(token: string, text: string, options: object = {}): Promise<Rows> {
    const client = await this.openClient(token);
    try {
      const session = await client.openSession();
      return (await (await session.executeStatement(text, options)).fetchAll()) as Rows;
    } finally {
      await client.close();
    }
  }

  /** One statement in a session of its own. */
  async runSql(text: string, options: object = {}): Promise<Rows> {
    const session = await this.openSession();
    try {
      const operation = await session.executeStatement(text, options);
      const rows = (await operation.fetchAll()) as Rows;
      await operation.close();
      return rows;
    } finally {
      await session.close();
    }
  }
}
