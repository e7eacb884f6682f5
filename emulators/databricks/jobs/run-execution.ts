import { setTimeout as wait } from 'node:timers/promises';
import type { JobDefinition, TaskDefinition } from './definition.ts';
import { endingOfRun, endingWithoutStart } from './outcome.ts';
import type { Attempt, Code, Ending, Run } from './run.ts';
import type { Ledger } from './run-store.ts';

/** Carries out one attempt and answers how it ended; the signal asks it to stop. */
export type PerformAttempt = (attempt: Attempt, task: TaskDefinition, stop: AbortSignal) => Promise<Ending>;

export type StopReason = 'user' | 'timeout';

/** One run from its first task to its end: order, conditions, retries, limits, cancel. */
export class Performance {
  readonly #run: Run;
  readonly #job: JobDefinition;
  readonly #ledger: Ledger;
  readonly #perform: PerformAttempt;
  readonly #stop = new AbortController();
  readonly #codes = new Map<string, Code>();
  readonly #tasks = new Map<string, Promise<Code>>();

  constructor(run: Run, job: JobDefinition, ledger: Ledger, perform: PerformAttempt) {
    this.#run = run;
    this.#job = job;
    this.#ledger = ledger;
    this.#perform = perform;
  }

  stop(reason: StopReason): void {
    if (this.#stop.signal.aborted) return;
    this.#ledger.updateRun(this.#run.id, { state: 'TERMINATING' });
    this.#stop.abort(reason);
  }

  /** Tasks that are already at an end keep it, which is what makes a repair a repair. */
  async play(): Promise<Ending> {
    for (const attempt of this.#ledger.attempts(this.#run.id)) {
      if (attempt.code === null) this.#codes.delete(attempt.taskKey);
      else this.#codes.set(attempt.taskKey, attempt.code);
    }
    this.#ledger.updateRun(this.#run.id, { state: 'RUNNING', startedAt: this.#run.startedAt ?? Date.now() });
    const limit = this.#job.timeoutSeconds;
    const timer = limit > 0 ? setTimeout(() => this.stop('timeout'), limit * 1000) : undefined;
    try {
      await Promise.all(this.#job.tasks.map((task) => this.#outcomeOf(task)));
    } finally {
      clearTimeout(timer);
    }
    return this.#stopEnding() ?? endingOfRun(this.#job, this.#codes);
  }

  #outcomeOf(task: TaskDefinition): Promise<Code> {
    const known = this.#tasks.get(task.key);
    if (known) return known;
    const outcome = this.#playTask(task).then((code) => {
      this.#codes.set(task.key, code);
      return code;
    });
    this.#tasks.set(task.key, outcome);
    return outcome;
  }

  async #playTask(task: TaskDefinition): Promise<Code> {
    const before = this.#job.tasks.filter((other) => task.dependsOn.includes(other.key));
    const upstream = await Promise.all(before.map((other) => this.#outcomeOf(other)));
    const done = this.#codes.get(task.key);
    if (done !== undefined) return done;
    let attempt = this.#openAttempt(task);
    const refused = this.#stopEnding() ?? endingWithoutStart(task, upstream);
    if (refused) return this.#close(attempt, refused);
    for (;;) {
      this.#ledger.updateAttempt(attempt.id, { state: 'RUNNING', startedAt: Date.now() });
      const ending = await this.#limited(attempt, task);
      this.#close(attempt, ending);
      if (!this.#isRetried(attempt, task, ending)) return ending.code;
      attempt = this.#nextAttempt(attempt);
      await this.#pause(task.minRetryIntervalMilliseconds);
      const stopped = this.#stopEnding();
      if (stopped) return this.#close(attempt, stopped);
    }
  }

  async #limited(attempt: Attempt, task: TaskDefinition): Promise<Ending> {
    if (task.timeoutSeconds === 0) return this.#endingOf(attempt, task, this.#stop.signal);
    const late = AbortSignal.timeout(task.timeoutSeconds * 1000);
    const ending = await this.#endingOf(attempt, task, AbortSignal.any([late, this.#stop.signal]));
    if (ending.code !== 'USER_CANCELED' || this.#stop.signal.aborted) return ending;
    const message = `Task '${task.key}' was canceled: it ran longer than ${task.timeoutSeconds} seconds.`;
    return { ...ending, code: 'CANCELED', message };
  }

  async #endingOf(attempt: Attempt, task: TaskDefinition, signal: AbortSignal): Promise<Ending> {
    const ending = await this.#perform(attempt, task, signal);
    return ending.code === 'USER_CANCELED' ? { ...ending, ...this.#stopEnding() } : ending;
  }

  #isRetried(attempt: Attempt, task: TaskDefinition, ending: Ending): boolean {
    if (this.#stop.signal.aborted || attempt.number >= task.maxRetries) return false;
    // A lost driver may have done the work already: only the caller can know, so it is never tried again here.
    return ending.code === 'RUN_EXECUTION_ERROR' || (ending.code === 'CANCELED' && task.retriesOnTimeout);
  }

  #stopEnding(): Ending | undefined {
    if (!this.#stop.signal.aborted) return undefined;
    if (this.#stop.signal.reason === 'user') return { code: 'USER_CANCELED', message: 'Run canceled by the user.' };
    return { code: 'CANCELED', message: `Run timed out: it ran longer than ${this.#job.timeoutSeconds} seconds.` };
  }

  async #pause(milliseconds: number): Promise<void> {
    await wait(milliseconds, undefined, { signal: this.#stop.signal }).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) throw error;
    });
  }

  #openAttempt(task: TaskDefinition): Attempt {
    const open = this.#ledger.attempts(this.#run.id).find((one) => one.taskKey === task.key && one.code === null);
    return open ?? newAttempt(this.#ledger, this.#run.id, task, 0);
  }

  #nextAttempt(last: Attempt): Attempt {
    const next: Attempt = {
      ...last,
      id: this.#ledger.nextId(),
      number: last.number + 1,
      state: 'WAITING',
      startedAt: null,
    };
    this.#ledger.insertAttempt(next);
    return next;
  }

  #close(attempt: Attempt, ending: Ending): Code {
    this.#ledger.updateAttempt(attempt.id, {
      state: 'TERMINATED',
      code: ending.code,
      message: ending.message,
      error: ending.error ?? null,
      trace: ending.trace ?? null,
      endedAt: Date.now(),
    });
    return ending.code;
  }
}

/** Attempts exist from the start of a run, so that clients can name every task's run before it begins. */
export function newAttempt(ledger: Ledger, runId: number, task: TaskDefinition, number: number): Attempt {
  const attempt: Attempt = {
    id: ledger.nextId(),
    runId,
    taskKey: task.key,
    number,
    state: task.dependsOn.length > 0 ? 'BLOCKED' : 'PENDING',
    code: null,
    message: '',
    error: null,
    trace: null,
    startedAt: null,
    endedAt: null,
  };
  ledger.insertAttempt(attempt);
  return attempt;
}
