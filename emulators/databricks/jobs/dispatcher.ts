import type { JobDefinition } from './definition.ts';
import type { Run, Termination } from './run.ts';
import { createAttempt, type ExecuteAttempt, RunExecution, type StopReason } from './run-execution.ts';
import type { RunStore } from './run-store.ts';

export type Submission = {
  job: JobDefinition;
  token: string | null;
  parameters: Record<string, string>;
  principal: string;
  isQueued: boolean;
};

export type DispatcherContext = { store: RunStore; execute: ExecuteAttempt; log: (line: string) => void };

/** Decides when runs start: at once, after others, or never. */
export class Dispatcher {
  readonly #context: DispatcherContext;
  readonly #active = new Map<number, { jobId: number; execution: RunExecution; ended: Promise<void> }>();
  readonly #jobs: Map<number, JobDefinition>;
  #stopping = false;

  constructor(context: DispatcherContext, jobs: JobDefinition[]) {
    this.#context = context;
    this.#jobs = new Map(jobs.map((job) => [job.id, job]));
  }

  /** The run is written down before anything else happens, and a token that is known answers its own run. */
  submit(submission: Submission): Run {
    const { store } = this.#context;
    const existing = submission.token === null ? undefined : store.findRunByToken(submission.token);
    if (existing) return existing;
    const run = this.#createRun(submission);
    store.insertRun(run);
    if (run.state === 'PENDING') this.#start(run);
    return run;
  }

  cancel(run: Run, reason: StopReason = 'user'): void {
    const active = this.#active.get(run.id);
    if (active) active.execution.stop(reason);
    else if (run.state !== 'TERMINATED')
      this.#end(run, { code: 'USER_CANCELED', message: 'Run canceled by the user.' });
  }

  /** Runs the chosen tasks of an ended run once more, under the same run id. */
  repair(run: Run, keys: Set<string>): number {
    const { store } = this.#context;
    const id = store.createId();
    const definition = this.#jobs.get(run.jobId) ?? run.definition;
    const before = store.listAttempts(run.id);
    const attempts = definition.tasks
      .filter((task) => keys.has(task.key))
      .map((task) =>
        createAttempt(store, run.id, task, before.filter((candidate) => candidate.taskKey === task.key).length),
      );
    const repair = { id, startTime: Date.now(), endTime: null, taskRunIds: attempts.map((attempt) => attempt.id) };
    store.updateRepairs(run.id, [...run.repairs, repair]);
    store.updateRun(run.id, { state: 'PENDING', code: null, message: '', endedAt: null });
    this.#start({ ...run, definition, repairs: [...run.repairs, repair] });
    return id;
  }

  /** After a restart: what had begun is lost with its driver, what had not begun may begin. */
  recover(): void {
    const { store, log } = this.#context;
    for (const run of store.listActiveRuns()) {
      const hasBegun = run.state === 'RUNNING' || run.state === 'TERMINATING';
      if (hasBegun) {
        this.#end(run, { code: 'DRIVER_ERROR', message: 'The driver was lost: the workspace ended during the run.' });
        log(`Run ${run.id} had begun when the workspace ended; it is reported as lost.`);
      } else if (run.state === 'PENDING') this.#start(run);
    }
    for (const jobId of new Set(store.listActiveRuns().map((run) => run.jobId))) this.#startWaiting(jobId);
  }

  /** Nothing starts any more; what is active ends as lost when its driver goes. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#active.values()].map((active) => active.ended));
  }

  #createRun({ job, token, parameters, principal, isQueued }: Submission): Run {
    const { store } = this.#context;
    const isFull = this.#countActive(job.id) >= job.maxConcurrentRuns;
    const isSkipped = isFull && !(isQueued && job.maxConcurrentRuns > 0);
    const now = Date.now();
    const message = `Run skipped: job '${job.name}' already has ${job.maxConcurrentRuns} active runs.`;
    return {
      id: store.createId(),
      jobId: job.id,
      numberInJob: store.countRuns(job.id) + 1,
      token,
      principal,
      parameters,
      definition: job,
      state: isSkipped ? 'TERMINATED' : isFull ? 'QUEUED' : 'PENDING',
      code: isSkipped ? 'MAX_CONCURRENT_RUNS_EXCEEDED' : null,
      message: isSkipped ? message : '',
      createdAt: now,
      startedAt: null,
      endedAt: isSkipped ? now : null,
      repairs: [],
    };
  }

  #countActive(jobId: number): number {
    return [...this.#active.values()].filter((active) => active.jobId === jobId).length;
  }

  #start(run: Run): void {
    const { store, execute, log } = this.#context;
    const job = run.definition;
    const isFirst = store.listAttempts(run.id).length === 0;
    if (isFirst) for (const task of job.tasks) createAttempt(store, run.id, task, 0);
    const execution = new RunExecution(run, job, store, execute);
    const ended = execution
      .execute()
      .catch((error: unknown): Termination => {
        log(`Run ${run.id} failed inside the workspace: ${error instanceof Error ? error.stack : String(error)}`);
        return { code: 'DRIVER_ERROR', message: `The workspace failed during the run: ${String(error)}` };
      })
      .then((termination) => this.#end(run, termination));
    this.#active.set(run.id, { jobId: run.jobId, execution, ended });
  }

  #end(run: Run, termination: Termination): void {
    const { store } = this.#context;
    const endedAt = Date.now();
    for (const attempt of store.listAttempts(run.id).filter((candidate) => candidate.code === null)) {
      store.updateAttempt(attempt.id, {
        state: 'TERMINATED',
        code: termination.code,
        message: termination.message,
        endedAt,
      });
    }
    const now = store.findRun(run.id);
    const repairs = (now ?? run).repairs.map((repair) => ({ ...repair, endTime: repair.endTime ?? endedAt }));
    store.updateRepairs(run.id, repairs);
    store.updateRun(run.id, { state: 'TERMINATED', code: termination.code, message: termination.message, endedAt });
    this.#active.delete(run.id);
    this.#startWaiting(run.jobId);
  }

  #startWaiting(jobId: number): void {
    if (this.#stopping) return;
    const waiting = this.#context.store.listActiveRuns().filter((run) => run.jobId === jobId && run.state === 'QUEUED');
    for (const run of waiting) {
      if (this.#countActive(jobId) >= run.definition.maxConcurrentRuns) return;
      this.#context.store.updateRun(run.id, { state: 'PENDING' });
      this.#start({ ...run, state: 'PENDING' });
    }
  }
}
