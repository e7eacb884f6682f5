import { setTimeout } from 'node:timers/promises';
import { type FaultPlan, getSide, killProcess } from '../../shared/fault-plan.ts';
import { type Fault, type Faults, removeCounted, type When } from '../../shared/faults.ts';
import type { Log } from '../log.ts';
import { AppProcess, HandlerError, WorkerLostError } from './app-process.ts';
import type { Input, InvocationResult, RegisteredFunction } from './messages.ts';

interface AppOptions {
  readonly appDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly execArgv: readonly string[] | undefined;
  readonly log: Log;
  readonly faults: FaultPlan;
  readonly writeFaults: Faults;
  readonly hangSeconds: number;
  readonly functionTimeoutSeconds: number;
}

const firstBackOffMs = 100;
const maxBackOffMs = 10_000;
const pingsPerHang = 5;
const maxTimeoutMs = 0x7fffffff;

/** The app as the host sees it: always there, whatever happens to its process. */
export class App {
  readonly #options: AppOptions;
  /** Every process that was started and has not ended. */
  readonly #alive = new Map<AppProcess, () => void>();
  #running: AppProcess | undefined;
  #ready: Promise<AppProcess> | undefined;
  #failures = 0;
  #launches = 0;
  #missedPings = 0;
  readonly #stopping = new AbortController();
  #watch: NodeJS.Timeout | undefined;

  constructor(options: AppOptions) {
    this.#options = options;
  }

  /** Answers what the app registered; an app that cannot be loaded at first is an error, not a reason to try again. */
  async start(): Promise<readonly RegisteredFunction[]> {
    const first = this.#launch();
    try {
      const functions = await first.loaded;
      this.#running = first;
      this.#ready = Promise.resolve(first);
      this.#watch = setInterval(() => this.#check(), (this.#options.hangSeconds * 1000) / pingsPerHang);
      return functions;
    } catch (cause) {
      await this.stop();
      throw new Error(`The app in '${this.#options.appDirectory}' cannot start: ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  /** Where the running process takes streamed requests, if the app turned that on. */
  get streams(): string | undefined {
    return this.#running?.streams;
  }

  async call(functionId: string, input: Input): Promise<InvocationResult> {
    const process = await this.#ready;
    if (!process || this.#stopping.signal.aborted) throw new WorkerLostError('the host is stopping');
    const due = this.#options.faults.next('invocation');
    applyKill(due, 'before', process);
    const answer = process.call(functionId, input);
    applyKill(due, 'after', process);
    return this.#limitTime(functionId, process, answer);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#watch);
    const ends = [...this.#alive.keys()].map((process) => {
      const end = new Promise<void>((resolve) => this.#alive.set(process, resolve));
      process.kill();
      return end;
    });
    await Promise.all(ends);
  }

  #launch(): AppProcess {
    const clockShift = sumShifts(this.#options.faults.next('start'));
    const process = new AppProcess({
      ...this.#options,
      writeFaults: this.#selectWriteFaults(clockShift),
      clockShift,
      onExit: (reason) => this.#onExit(process, reason),
    });
    this.#alive.set(process, () => {});
    return process;
  }

  /**
   * Each process counts its writes anew, so that a share must hit others than it hit before. Its seconds are those of
   * everybody, also where its own clock is wrong.
   */
  #selectWriteFaults(clockShift: number): Faults {
    const { startedAt, ...rest } = this.#options.writeFaults;
    const writeFaults = startedAt === undefined ? rest : { ...rest, startedAt: startedAt + clockShift };
    this.#launches += 1;
    if (this.#launches === 1) return writeFaults;
    return { ...removeCounted(writeFaults), seed: (writeFaults.seed ?? 1) + this.#launches };
  }

  #onExit(process: AppProcess, reason: string): void {
    this.#alive.get(process)?.();
    this.#alive.delete(process);
    if (this.#stopping.signal.aborted || this.#running !== process) return;
    this.#running = undefined;
    this.#options.log('warning', `Lost the app: ${reason}. Its work goes back and is run again.`);
    this.#ready = this.#relaunch();
    this.#ready.catch((error: Error) => this.#options.log('debug', `The app is not started again: ${error.message}.`));
  }

  async #relaunch(): Promise<AppProcess> {
    for (;;) {
      await pause(this.#nextBackOffMs(), this.#stopping.signal);
      if (this.#stopping.signal.aborted) throw new WorkerLostError('the host is stopping');
      const process = this.#launch();
      try {
        await process.loaded;
        this.#running = process;
        this.#missedPings = 0;
        return process;
      } catch (error) {
        this.#options.log('error', `The app did not start again: ${(error as Error).message}`);
        process.kill();
      }
    }
  }

  #nextBackOffMs(): number {
    this.#failures += 1;
    return Math.min(firstBackOffMs * 2 ** (this.#failures - 1), maxBackOffMs);
  }

  async #limitTime(
    functionId: string,
    process: AppProcess,
    answer: Promise<InvocationResult>,
  ): Promise<InvocationResult> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = globalThis.setTimeout(
        () => {
          reject(this.#createTimeoutError(functionId));
          process.kill();
        },
        Math.min(this.#options.functionTimeoutSeconds * 1000, maxTimeoutMs),
      );
    });
    try {
      const result = await Promise.race([answer, timeout]);
      this.#failures = 0;
      return result;
    } finally {
      clearTimeout(timer);
    }
  }

  #createTimeoutError(functionId: string): HandlerError {
    const seconds = this.#options.functionTimeoutSeconds;
    const message = `Function '${functionId}' ran longer than functionTimeout (${seconds} s); the app is started again.`;
    this.#options.log('error', message);
    return new HandlerError({ name: 'FunctionTimeoutException', message, stack: '' });
  }

  /** Counts silent rounds instead of comparing times, so that a machine that slept does not look like a hang. */
  #check(): void {
    const process = this.#running;
    if (!process) return;
    this.#missedPings = process.tookSign() ? 0 : this.#missedPings + 1;
    if (this.#missedPings < pingsPerHang) {
      process.ping();
      return;
    }
    this.#missedPings = 0;
    this.#options.log('error', `The app answered nothing for ${this.#options.hangSeconds} s; its process is replaced.`);
    process.kill();
  }
}

const sumShifts = (faults: readonly Fault[]): number =>
  faults.reduce((sum, fault) => sum + (fault.do === 'shift' ? fault.milliseconds : 0), 0);

/** An invocation has begun when the app's process has it in hand. */
function applyKill(faults: readonly Fault[], side: When, worker: AppProcess): void {
  for (const fault of faults) {
    if (fault.do !== 'kill' || getSide(fault) !== side) continue;
    if (fault.process === 'worker') worker.kill();
    else killProcess();
  }
}

async function pause(milliseconds: number, stopping: AbortSignal): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { signal: stopping });
  } catch (error) {
    if (!stopping.aborted) throw error;
  }
}
