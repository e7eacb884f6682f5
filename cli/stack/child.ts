import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../user-error.ts';

export interface ChildPlan {
  /** The emulator's folder; its log has the same name. */
  readonly name: string;
  readonly entry: string;
  readonly options: object;
  /** Options of the first process alone: a fault that kills must not kill each successor too. */
  readonly firstOptions?: object;
  readonly logs: string;
  readonly readySeconds: number;
  readonly say: (line: string) => void;
}

const stopSeconds = 10;
const maxPauseSeconds = 10;

/** A process of the local stack, started again whenever it ends before it was told to. */
export class Child {
  readonly #plan: ChildPlan;
  #process: ChildProcess | undefined;
  #wasReady = false;
  #isStopped = false;
  #ends = 0;

  constructor(plan: ChildPlan) {
    this.#plan = plan;
  }

  /** Answers what the process says when it is ready. */
  async start<Ready>(): Promise<Ready> {
    try {
      const { firstOptions = {}, options } = this.#plan;
      const ready = await this.#launch<Ready>({ ...options, ...firstOptions });
      this.#wasReady = true;
      return ready;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#process) await endProcess(this.#process);
  }

  #launch<Ready>(options: object): Promise<Ready> {
    const child = forkEntry(this.#plan, options);
    this.#process = child;
    child.once('exit', (code, signal) => void this.#restart(signal ?? `code ${code}`));
    return waitUntilReady<Ready>(child, this.#plan);
  }

  async #restart(end: string): Promise<void> {
    if (this.#isStopped || !this.#wasReady) return;
    const { logs, name, options, say } = this.#plan;
    this.#ends++;
    const pause = Math.min(0.2 * 2 ** (this.#ends - 1), maxPauseSeconds);
    say(`The ${name} emulator ended (${end}) and is started again. Its log is in '${logs}'.`);
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    if (this.#isStopped) return;
    await this.#launch(options).then(
      () => {
        this.#ends = 0;
      },
      (error: Error) => say(error.message),
    );
  }
}

function forkEntry({ entry, logs, name }: ChildPlan, options: object): ChildProcess {
  mkdirSync(logs, { recursive: true });
  const log = openSync(path.join(logs, `${name}.log`), 'a');
  try {
    return fork(entry, [JSON.stringify(options)], {
      stdio: ['ignore', log, log, 'ipc'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
      // A group of its own: a Ctrl-C at the terminal reaches the local stack alone, which ends the others in order.
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}

function waitUntilReady<Ready>(child: ChildProcess, { logs, name, readySeconds }: ChildPlan): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const log = `Its log is '${path.join(logs, `${name}.log`)}'.`;
    const limit = setTimeout(
      () => reject(new UserError(`The ${name} emulator was not ready after ${readySeconds} s. ${log}`)),
      readySeconds * 1000,
    );
    child.once('exit', (code) => {
      clearTimeout(limit);
      reject(new UserError(`The ${name} emulator ended with code ${code} before it was ready. ${log}`));
    });
    child.on('message', (message) => {
      if ((message as { kind?: string }).kind !== 'ready') return;
      clearTimeout(limit);
      resolve(message as Ready);
    });
  });
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), stopSeconds * 1000);
  await exited;
  clearTimeout(limit);
}
