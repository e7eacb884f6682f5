import type { Clock } from '../clock.ts';
import type { AppFunction, CallFunction } from '../functions.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';
import { type Cron, parseCron } from './cron.ts';

interface TimerOptions {
  readonly functions: readonly AppFunction[];
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly call: CallFunction;
}

interface Schedule {
  readonly last: number | null;
  readonly next: number;
  readonly updated: number;
}

interface Timer {
  readonly target: AppFunction;
  readonly cron: Cron;
}

/** Timer functions. A run never overlaps the one before it, and what was missed while the host was away runs once. */
export class Timers {
  readonly #options: TimerOptions;
  readonly #timers: readonly Timer[];
  readonly #running = new Set<Promise<void>>();
  readonly #cancels = new Map<string, () => void>();
  #isStopped = false;

  constructor(options: TimerOptions) {
    this.#options = options;
    this.#timers = options.functions
      .filter(({ trigger }) => trigger.type === 'timerTrigger')
      .map((target) => ({ target, cron: parseCron(String(target.trigger['schedule'])) }));
  }

  start(): void {
    for (const timer of this.#timers) {
      const schedule = this.#read(timer);
      const isPastDue = schedule.next <= this.#options.clock.now();
      if (isPastDue || timer.target.trigger['runOnStartup'] === true) this.#fire(timer, isPastDue);
      else this.#arm(timer, schedule.next);
    }
  }

  /** Runs a timer function out of turn, behind what runs now; its schedule stays. Answers whether there is such a one. */
  runNow(name: string): boolean {
    const timer = this.#timers.find(({ target }) => target.name.toLowerCase() === name.toLowerCase());
    if (!timer || this.#isStopped) return false;
    const before = [...this.#running];
    this.#track(Promise.all(before).then(async () => void (await this.#call(timer, false))));
    return true;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const cancel of this.#cancels.values()) cancel();
    await Promise.all(this.#running);
  }

  #arm(timer: Timer, at: number): void {
    if (this.#isStopped) return;
    this.#cancels.set(
      timer.target.name,
      this.#options.clock.ringAt(at, () => this.#fire(timer, false)),
    );
  }

  #fire(timer: Timer, isPastDue: boolean): void {
    this.#track(this.#run(timer, isPastDue));
  }

  #track(run: Promise<void>): void {
    this.#running.add(run);
    void run.finally(() => this.#running.delete(run));
  }

  /** Answers false for a run that the end of the host cut short; it is past due at the next start. */
  async #call(timer: Timer, isPastDue: boolean): Promise<boolean> {
    const { clock, log, call } = this.#options;
    const { target, cron } = timer;
    try {
      const value = createTimerValue(this.#read(timer), cron.next(clock.now()), isPastDue);
      await call(target, { [target.triggerName]: { json: JSON.stringify(value) } });
    } catch (error) {
      if (this.#isStopped) return false;
      log('error', `Timer function '${target.name}' failed: ${(error as Error).message}`);
    }
    return true;
  }

  async #run(timer: Timer, isPastDue: boolean): Promise<void> {
    const { clock } = this.#options;
    const { target, cron } = timer;
    const startedAt = clock.now();
    if (!(await this.#call(timer, isPastDue))) return;
    const next = cron.next(clock.now());
    this.#write(target.name, startedAt, next);
    this.#arm(timer, next);
  }

  #read({ target, cron }: Timer): Schedule {
    const { store, clock } = this.#options;
    const row = store.selectOne<Schedule>(
      'SELECT last, next, updated FROM schedules WHERE functionName = ?',
      target.name,
    );
    const now = clock.now();
    // A schedule that became denser meanwhile counts from its last run.
    if (row) return { ...row, next: Math.min(row.next, cron.next(row.last ?? row.updated)) };
    const first = { last: null, next: cron.next(now), updated: now };
    this.#write(target.name, null, first.next);
    return first;
  }

  #write(functionName: string, last: number | null, next: number): void {
    const { store, clock } = this.#options;
    store.run(
      'INSERT OR REPLACE INTO schedules(functionName, last, next, updated) VALUES(?, ?, ?, ?)',
      functionName,
      last,
      next,
      clock.now(),
    );
  }
}

/** Pascal case on the wire; the library turns it to camel case. */
function createTimerValue({ last, updated }: Schedule, next: number, isPastDue: boolean) {
  const toText = (at: number): string => new Date(at).toISOString();
  return {
    Schedule: { AdjustForDST: true },
    ScheduleStatus: { Last: toText(last ?? 0), LastUpdated: toText(updated), Next: toText(next) },
    IsPastDue: isPastDue,
  };
}
