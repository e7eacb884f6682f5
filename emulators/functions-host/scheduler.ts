import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import { WorkerLostError } from './worker/app-process.ts';

interface Job {
  /** Two jobs with one key never run at the same time. */
  readonly key: string;
  readonly run: () => Promise<void>;
}

interface SchedulerOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly concurrency: number;
  /** The jobs that could run now, oldest first; those whose key is busy may be left out. */
  readonly due: (now: number, busy: ReadonlySet<string>) => readonly Job[];
  /** When the next job falls due that is not due yet. */
  readonly nextDue: (now: number) => number | undefined;
}

const pauseAfterFailureMs = 500;

/** Runs committed work as it falls due: woken by whoever commits some, and by the clock; it never polls. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #busy = new Set<string>();
  #isWoken = false;
  #isStopped = true;
  #cancelAlarm = (): void => {};
  #idle: (() => void) | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isStopped = false;
    this.wake();
  }

  /** Waits for the running jobs to end. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelAlarm();
    if (this.#busy.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  wake(): void {
    if (this.#isWoken || this.#isStopped) return;
    this.#isWoken = true;
    setImmediate(() => {
      this.#isWoken = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#isStopped) return;
    const { clock, concurrency, due, nextDue } = this.#options;
    const now = clock.now();
    if (this.#busy.size < concurrency) {
      for (const job of due(now, this.#busy)) {
        if (this.#busy.size >= concurrency) break;
        if (!this.#busy.has(job.key)) void this.#run(job);
      }
    }
    this.#cancelAlarm();
    const next = nextDue(now);
    this.#cancelAlarm = next === undefined ? () => {} : clock.ringAt(next, () => this.wake());
  }

  async #run({ key, run }: Job): Promise<void> {
    this.#busy.add(key);
    try {
      await run();
    } catch (error) {
      await this.#retryLater(key, error as Error);
    } finally {
      this.#busy.delete(key);
      if (this.#isStopped && this.#busy.size === 0) this.#idle?.();
      this.wake();
    }
  }

  async #retryLater(key: string, error: Error): Promise<void> {
    const { name, log } = this.#options;
    if (error instanceof WorkerLostError) {
      log('debug', `${name} '${key}' went back: ${error.message}.`);
      return;
    }
    log('error', `${name} '${key}' failed and will be retried: ${error.stack}`);
    if (!this.#isStopped) await new Promise((resolve) => setTimeout(resolve, pauseAfterFailureMs));
  }
}
