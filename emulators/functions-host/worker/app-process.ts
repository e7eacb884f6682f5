import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Faults } from '../../shared/faults.ts';
import { type Log, toLevel } from '../log.ts';
import type { FromApp, Input, InvocationResult, LogRecord, RegisteredFunction, ToApp } from './messages.ts';

/** The handler itself threw; asking again gives the same. */
export class HandlerError extends Error {
  override readonly name: string = 'HandlerError';
  readonly type: string;

  constructor(thrown: { readonly name: string; readonly message: string; readonly stack: string }) {
    super(thrown.message);
    this.type = thrown.name;
    this.stack = thrown.stack;
  }
}

/** The app's process went away under the call; the work goes back and is run again. */
export class WorkerLostError extends Error {
  override readonly name = 'WorkerLostError';
}

interface Pending {
  readonly resolve: (answer: InvocationResult) => void;
  readonly reject: (error: Error) => void;
}

interface Launch {
  readonly appDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly execArgv: readonly string[] | undefined;
  /** What happens to its writes, which it looks after by itself. */
  readonly writeFaults: Faults;
  /** By how many milliseconds its clock is wrong. */
  readonly clockShift: number;
  readonly log: Log;
  readonly onExit: (reason: string) => void;
}

/** One life of the app's process. */
export class AppProcess {
  readonly loaded: Promise<readonly RegisteredFunction[]>;
  /** Where the library takes streamed requests, if the app turned that on. Known once it is loaded. */
  streams: string | undefined;
  #hasSign = true;
  readonly #child: ChildProcess;
  readonly #log: Log;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;

  constructor({ appDirectory, clockShift, env, execArgv, log, onExit, writeFaults }: Launch) {
    this.#log = log;
    const entry = fileURLToPath(new URL('./process.ts', import.meta.url));
    this.#child = fork(entry, [appDirectory, JSON.stringify(writeFaults), String(clockShift)], {
      cwd: appDirectory,
      env,
      serialization: 'advanced',
      silent: true,
      ...(execArgv ? { execArgv: [...execArgv] } : {}),
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => log('information', line));
    }
    this.loaded = new Promise((resolve, reject) => {
      const end = (reason: string): void => {
        reject(new Error(`The app could not be loaded: ${reason}.`));
        for (const { reject: lose } of this.#pending.values()) lose(new WorkerLostError(reason));
        this.#pending.clear();
        onExit(reason);
      };
      this.#child.on('message', (message) => this.#receive(message as FromApp, resolve, reject));
      this.#child.on('exit', (code, signal) => end(`the app's process ended (${signal ?? `exit code ${code}`})`));
      this.#child.on('error', (error) => {
        log('error', `The app's process: ${error.message}`);
        // A process that never came to be does not exit either.
        if (this.#child.pid === undefined) end(error.message);
      });
    });
  }

  /** Whether anything was heard since the last time this was asked. */
  tookSign(): boolean {
    const hadSign = this.#hasSign;
    this.#hasSign = false;
    return hadSign;
  }

  call(functionId: string, { inputs, triggerMetadata, invocationId = randomUUID() }: Input): Promise<InvocationResult> {
    this.#calls += 1;
    const call = this.#calls;
    return new Promise((resolve, reject) => {
      this.#pending.set(call, { resolve, reject });
      const metadata = triggerMetadata ? { triggerMetadata } : {};
      this.#send({ kind: 'call', call, functionId, invocationId, inputs, ...metadata });
    });
  }

  ping(): void {
    this.#send({ kind: 'ping' });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #send(message: ToApp): void {
    // A closed channel is followed by 'exit', which settles every pending call.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #receive(
    message: FromApp,
    loaded: (functions: readonly RegisteredFunction[]) => void,
    unloadable: (error: Error) => void,
  ) {
    this.#hasSign = true;
    if (message.kind === 'loaded') {
      this.streams = message.streams;
      loaded(message.functions);
    } else if (message.kind === 'unloadable') unloadable(new HandlerError(message.error));
    else if (message.kind === 'log') this.#relay(message.record);
    else if (message.kind === 'answer') this.#take(message.call)?.resolve(message.answer);
    else if (message.kind === 'thrown') this.#take(message.call)?.reject(new HandlerError(message.error));
  }

  #take(call: number): Pending | undefined {
    const pending = this.#pending.get(call);
    this.#pending.delete(call);
    return pending;
  }

  #relay({ level, category, functionName, message }: LogRecord): void {
    // What the library tells about itself is nothing to read every day.
    const shown = category === 'system' && level === 'information' ? 'debug' : toLevel(level);
    this.#log(shown, functionName ? `${functionName}: ${message}` : message);
  }
}
