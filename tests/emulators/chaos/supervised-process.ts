import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that is started again whenever it ends, until it is told to stop: what supervises services elsewhere. */
export class SupervisedProcess<Ready> {
  starts = 0;
  readonly #entry: string;
  readonly #options: object;
  readonly #environment: Record<string, string>;
  #child: ChildProcess | undefined;
  #isWanted = true;

  constructor(entry: string, options: object, environment: Record<string, string> = {}) {
    this.#entry = entry;
    this.#options = options;
    this.#environment = environment;
  }

  /** Resolves with what the process says when it is ready for the first time; rejects when it ends before that. */
  start(): Promise<Ready> {
    const child = this.#fork();
    return new Promise((resolve, reject) => {
      child.once('message', (message) => resolve(message as Ready));
      child.once('exit', (code) => reject(new Error(`'${this.#entry}' ended with code ${code} before it was ready.`)));
    });
  }

  #fork(): ChildProcess {
    this.starts += 1;
    const child = fork(this.#entry, [JSON.stringify(this.#options)], {
      env: { ...process.env, ...this.#environment },
      stdio: 'ignore',
      execArgv: [],
    });
    this.#child = child;
    child.once('exit', () => {
      if (this.#isWanted) setTimeout(() => this.#isWanted && this.#fork(), 50);
    });
    return child;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }
}

/** Answers whether there was something to kill. */
export function kill(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

export function listChildren(pid: number | undefined): number[] {
  try {
    const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return listed.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** A process and all that it has started, and those in turn. */
export function listTree(pid: number): number[] {
  return [pid, ...listChildren(pid).flatMap(listTree)];
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
