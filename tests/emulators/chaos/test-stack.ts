import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findFreePort } from '../../../cli/stack/ports.ts';
import type { RunResponse } from '../databricks/responses.ts';
import { TestWorkspace } from '../databricks/test-workspace.ts';
import { appDirectory, createSettings } from '../functions-host/test-host.ts';
import { kill, listChildren, listTree, SupervisedProcess } from './supervised-process.ts';

const emulators = resolve(import.meta.dirname, '../../../emulators');
type RequestOptions = { method?: string; headers?: Record<string, string>; body?: string };

/** A host with the fixture app and a workspace, each a process that may be killed at any time. */
export class TestStack {
  readonly kills: Record<string, number> = { host: 0, worker: 0, spark: 0, workspace: 0 };
  readonly folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  readonly #workspace: TestWorkspace;
  #hostAddress = '';
  #host: SupervisedProcess<{ address: string }> | undefined;
  #databricks: SupervisedProcess<{ url: string; certificateFile: string }> | undefined;

  constructor() {
    this.#workspace = new TestWorkspace();
  }

  async start(): Promise<void> {
    const { options } = this.#workspace;
    const port = { host: await findFreePort(), workspace: await findFreePort() };
    const getEntry = (name: string) => join(emulators, name, 'main.ts');
    this.#databricks = new SupervisedProcess(getEntry('databricks'), { ...options, port: port.workspace });
    const { url, certificateFile } = await this.#databricks.start();
    this.#workspace.use({ url, certificateFile });
    const settings = {
      ...createSettings(this.folder),
      WORKSPACE: url,
      WORKSPACE_TOKEN: 'token-of-ann',
      NODE_EXTRA_CA_CERTS: certificateFile,
    };
    const storeFile = join(this.folder, 'host.sqlite');
    const host = { appDirectory, port: port.host, storeFile, blobsKey: 'k', settings };
    this.#host = new SupervisedProcess(getEntry('functions-host'), host);
    this.#hostAddress = (await this.#host.start()).address;
  }

  /** Kills one of the four, and counts it if it was there. */
  kill(who: 'host' | 'worker' | 'spark' | 'workspace'): void {
    const pid = {
      host: () => this.#host?.pid,
      worker: () => listChildren(this.#host?.pid)[0],
      spark: () => listChildren(this.#databricks?.pid)[0],
      workspace: () => this.#databricks?.pid,
    }[who]();
    if (kill(pid)) this.kills[who] = (this.kills[who] ?? 0) + 1;
  }

  /** Asks the host until it answers, as a client does whose server comes and goes. */
  async request(path: string, options: RequestOptions = {}): Promise<{ status: number; body: unknown }> {
    for (const end = Date.now() + 60_000; ; ) {
      try {
        const response = await fetch(this.#hostAddress + path, { ...options, signal: AbortSignal.timeout(5000) });
        const text = await response.text();
        if (response.status < 500) return { status: response.status, body: text === '' ? null : JSON.parse(text) };
      } catch (error) {
        if (Date.now() > end) throw error;
      }
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  findJobId(name: string): Promise<number> {
    return this.#workspace.findJobId(name);
  }

  runNow(job_id: number, idempotency_token: string): Promise<{ run_id: number }> {
    return this.#workspace.jobs('POST', 'run-now', { job_id, idempotency_token });
  }

  /** All runs there are, page by page. */
  async listRuns(filter: object = {}): Promise<RunResponse[]> {
    const all: RunResponse[] = [];
    for (let page: { page_token?: string } | undefined = {}; page; ) {
      type Page = { runs?: RunResponse[]; next_page_token?: string };
      const { runs = [], next_page_token }: Page = await this.#workspace.jobs('GET', 'runs/list', {
        limit: 25,
        ...filter,
        ...page,
      });
      all.push(...runs);
      page = next_page_token ? { page_token: next_page_token } : undefined;
    }
    return all;
  }

  stopHost(): Promise<void> | undefined {
    return this.#host?.stop();
  }

  /** Every process that is there because of this cloud. */
  listProcesses(): number[] {
    return [this.#host?.pid, this.#databricks?.pid].flatMap((pid) => (pid === undefined ? [] : listTree(pid)));
  }

  get sparkFile(): string {
    return join(this.#workspace.options.home, 'spark.pid');
  }

  async stop(): Promise<void> {
    await Promise.all([this.#host?.stop(), this.#databricks?.stop()]);
  }

  async end(): Promise<void> {
    await this.stop();
    await this.#workspace.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
