import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { landingZone } from '../../cli/landing-zone.ts';
import type { Operator } from '../../cli/operator.ts';
import { type Result, withWarehouse } from '../../cli/query.ts';
import { type Addresses, findRunning, type Person } from '../../cli/stack/home.ts';
import { Target, waitUntil } from './target.ts';

export const root = path.join(import.meta.dirname, '../..');

/** One switch for all tests: with it every local stack has the restrictions of serverless compute. */
const isStrict = process.env['MEDALLION_STRICT'] === 'yes';

/** A local stack as a person starts it, seen only through what everybody can see: HTTP, storage client, SQL driver. */
export class RunningStack extends Target {
  readonly home: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  output = '';

  private constructor(home: string, options: readonly string[]) {
    super();
    this.home = home;
    const args = [path.join(root, 'cli/start.ts'), '--home', home, '--port', '0', ...options];
    this.#child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
        appendFileSync(path.join(home, 'start.log'), chunk);
      });
    }
    this.#ended = new Promise((resolve) => this.#child.once('exit', resolve));
  }

  /** Starts one in a new home, or again in an old one, and waits until it is ready. */
  static async start({
    home = mkdtempSync(path.join(tmpdir(), 'medallion-')),
    options = ['--empty'],
  }: {
    home?: string;
    options?: readonly string[];
  } = {}): Promise<RunningStack> {
    const stack = new RunningStack(
      home,
      isStrict && !options.includes('--strict') ? [...options, '--strict'] : options,
    );
    const failure = stack.#ended.then((code) => {
      throw new Error(`The local stack in '${home}' ended with code ${code}. Its output: ${stack.output}`);
    });
    await Promise.race([failure, waitUntil(`local stack in '${home}'`, async () => stack.#isReady(), 300)]);
    return stack;
  }

  #isReady(): boolean {
    return existsSync(path.join(this.home, 'running.json')) && findRunning(this.home)?.pid === this.#child.pid;
  }

  get addresses(): Addresses {
    const running = findRunning(this.home);
    if (!running) throw new Error(`Nothing runs in '${this.home}'.`);
    return running;
  }

  get operator(): Operator {
    return this.addresses;
  }

  getLandingZone() {
    return landingZone(this.home, this.addresses);
  }

  override query(statement: string, as?: Person | 'operator'): Promise<Result> {
    return withWarehouse(this.home, this.addresses, (ask) => ask(statement), as);
  }

  useWarehouse<QueryResult>(use: Parameters<typeof withWarehouse<QueryResult>>[2]): Promise<QueryResult> {
    return withWarehouse(this.home, this.addresses, use);
  }

  /** Ends a process of the local stack without a word of warning. */
  async kill(name: keyof typeof processes | 'everything'): Promise<void> {
    if (name === 'everything') {
      this.#child.kill('SIGKILL');
      await this.#ended;
      return;
    }
    process.kill(processes[name](this.home), 'SIGKILL');
  }

  async stop(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return this.#ended;
  }

  /** Stops, and leaves nothing behind. Whoever had an orchestration carry data instead of names has to hear of it. */
  async dismiss(): Promise<void> {
    await this.stop();
    const warnings = listSizeWarnings(path.join(this.home, 'logs/functions-host.log'));
    rmSync(this.home, { recursive: true, force: true });
    if (warnings.length > 0) throw new Error(`Messages of orchestrations are too large:\n${warnings.join('\n')}`);
  }
}

/** The host warns of messages of over 48 KiB. */
const listSizeWarnings = (file: string): string[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => /has \d+ bytes; (pass|return) a path instead of the data/.test(line))
    : [];

/** The id of each process: from its command line, which names the home, or from the file that it writes. */
const processes = {
  'functions-host': (home: string) => findProcess(/emulators\/functions-host\/main\.ts/, home),
  databricks: (home: string) => findProcess(/emulators\/databricks\/main\.ts/, home),
  spark: (home: string) => Number(readFileSync(path.join(home, 'databricks/spark.pid'), 'utf8')),
} as const;

function findProcess(command: RegExp, home: string): number {
  const lines = execFileSync('ps', ['-eww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  const line = lines.find((text) => command.test(text) && text.includes(home));
  if (!line) throw new Error(`No process ${command} runs for '${home}'.`);
  return Number.parseInt(line, 10);
}
