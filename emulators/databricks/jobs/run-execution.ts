import { setTimeout as wait } from 'node:timers/promises';
import type { JobDefinition, TaskDefinition } from './definition.ts';
import { findTerminationWithoutStart, getRunTermination } from './outcome.ts';
import type { Attempt, Code, Run, Termination } from './run.ts';
import type { RunStore } from './run-store.ts';

/** Carries out one attempt and answers how it ended; the signal asks it to stop. */
export type ExecuteAttempt = (attempt: Attempt, task: TaskDefinition, stop: AbortSignal) => Promise<Termination>;

export type StopReason = 'user' | 'timeout';

/** One run from its first task to its end: order, conditions, retries, limits, cancel. */
export class RunExecution {
  readonly #run: Run;
  readonly #job: JobDefinition;
  readonly #store: RunStore;
  readonly #execute: ExecuteAttempt;
  readonly #stop = new AbortController();
  readonly #codes = new Map<string, Code>();
  readonly #tasks = new Map<string, Promise<Code>>();

  constructor(run: Run, job: JobDefinition, store: RunStore, execute: ExecuteAttempt) {
    this.#run = run;
    this.#job = job;
    this.#store = store;
    this.#execute = execute;
  }

  stop(reason: StopReason): void {
    if (this.#stop.signal.aborted) return;
    this.#store.updateRun(this.#run.id, { state: 'TERMINATING' });
    this.#stop.abort(reason);
  }

  /** Tasks that are already at an end keep it, which is what makes a repair a repair. */
  async execute(): Promise<Termination> {
    for (const attempt of this.#store.listAttempts(this.#run.id)) {
      if (attempt.code === null) this.#codes.delete(attempt.taskKey);
      else this.#codes.set(attempt.taskKey, attempt.code);
    }
    this.#store.updateRun(this.#run.id, { state: 'RUNNING', startedAt: this.#run.startedAt ?? Date.now() });
    const limit = this.#job.timeoutSeconds;
    const timer = limit > 0 ? setTimeout(() => this.stop('timeout'), limit * 1000) : undefined;
    try {
      await Promise.all(this.#job.tasks.map((task) => this.#getOutcome(task)));
    } finally {
      clearTimeout(timer);
    }
    return this.#findStopTermination() ?? getRunTermination(this.#job, this.#codes);
  }

  #getOutcome(task: TaskDefinition): Promise<Code> {
    const running = this.#tasks.get(task.key);
    if (running) return running;
    const outcome = this.#executeTask(task).then((code) => {
      this.#codes.set(task.key, code);
      return code;
    });
    this.#tasks.set(task.key, outcome);
    return outcome;
  }

  async #executeTask(task: TaskDefinition): Promise<Code> {
    const before = this.#job.tasks.filter((upstreamTask) => task.dependsOn.includes(upstreamTask.key));
    const upstream = await Promise.all(before.map((upstreamTask) => this.#getOutcome(upstreamTask)));
    const done = this.#codes.get(task.key);
    if (done !== undefined) return done;
    let attempt = this.#openAttempt(task);
    const refused = this.#findStopTermination() ?? findTerminationWithoutStart(task, upstream);
    if (refused) return this.#close(attempt, refused);
    for (;;) {
      this.#store.updateAttempt(attempt.id, { state: 'RUNNING', startedAt: Date.now() });
      const termination = await this.#executeWithLimit(attempt, task);
      this.#close(attempt, termination);
      if (!this.#isRetried(attempt, task, termination)) return termination.code;
      attempt = this.#createNextAttempt(attempt);
      await this.#pause(task.minRetryIntervalMilliseconds);
      const stopped = this.#findStopTermination();
      if (stopped) return this.#close(attempt, stopped);
    }
  }

  async #executeWithLimit(attempt: Attempt, task: TaskDefinition): Promise<Termination> {
    if (task.timeoutSeconds === 0) return this.#executeAttempt(attempt, task, this.#stop.signal);
    const late = AbortSignal.timeout(task.timeoutSeconds * 1000);
    const termination = await this.#executeAttempt(attempt, task, AbortSignal.any([late, this.#stop.signal]));
    if (termination.code !== 'USER_CANCELED' || this.#stop.signal.aborted) return termination;
    const message = `Task '${task.key}' was canceled: it ran longer than ${task.timeoutSeconds} seconds.`;
    return { ...termination, code: 'CANCELED', message };
  }

  async #executeAttempt(attempt: Attempt, task: TaskDefinition, signal: AbortSignal): Promise<Termination> {
    const termination = await this.#execute(attempt, task, signal);
    return termination.code === 'USER_CANCELED' ? { ...termination, ...this.#findStopTermination() } : termination;
  }

  #isRetried(attempt: Attempt, task: TaskDefinition, termination: Termination): boolean {
    if (this.#stop.signal.aborted || attempt.number >= task.maxRetries) return false;
    // A lost driver may have done the work already: only the caller can know, so it is never tried again here.
    return termination.code === 'RUN_EXECUTION_ERROR' || (termination.code === 'CANCELED' && task.retriesOnTimeout);
  }

  #findStopTermination(): Termination | undefined {
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
    const open = this.#store
      .listAttempts(this.#run.id)
      .find((candidate) => candidate.taskKey === task.key && candidate.code === null);
    return open ?? createAttempt(this.#store, this.#run.id, task, 0);
  }

  #createNextAttempt(last: Attempt): Attempt {
    const next: Attempt = {
      ...last,
      id: this.#store.createId(),
      number: last.number + 1,
      state: 'WAITING',
      startedAt: null,
    };
    this.#store.insertAttempt(next);
    return next;
  }

  #close(attempt: Attempt, termination: Termination): Code {
    this.#store.updateAttempt(attempt.id, {
      state: 'TERMINATED',
      code: termination.code,
      message: termination.message,
      error: termination.error ?? null,
      trace: termination.trace ?? null,
      endedAt: Date.now(),
    });
    return termination.code;
  }
}

/** Attempts exist from the start of a run, so that clients can name every task's run before it begins. */
export function createAttempt(store: RunStore, runId: number, task: TaskDefinition, number: number): Attempt {
  const attempt: Attempt = {
    id: store.createId(),
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
  store.insertAttempt(attempt);
  return attempt;
}
