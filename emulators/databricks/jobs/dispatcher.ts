import type { JobDefinition } from './definition.ts';
import type { Ending, Run } from './run.ts';
import { newAttempt, type PerformAttempt, Performance, type StopReason } from './run-execution.ts';
import type { Ledger } from './run-store.ts';

export type Submission = {
  job: JobDefinition;
  token: string | null;
  parameters: Record<string, string>;
  principal: string;
  isQueued: boolean;
};

export type DispatcherWorld = { ledger: Ledger; perform: PerformAttempt; log: (line: string) => void };

/** Decides when runs start: at once, after others, or never. */
export class Dispatcher {
  readonly #world: DispatcherWorld;
  readonly #active = new Map<number, { jobId: number; performance: Performance; ended: Promise<void> }>();
  readonly #jobs: Map<number, JobDefinition>;
  #stopping = false;

  constructor(world: DispatcherWorld, jobs: JobDefinition[]) {
    this.#world = world;
    this.#jobs = new Map(jobs.map((job) => [job.id, job]));
  }

  /** The run is written down before anything else happens, and a token that is known answers its own run. */
  submit(submission: Submission): Run {
    const { ledger } = this.#world;
    const known = submission.token === null ? undefined : ledger.runOfToken(submission.token);
    if (known) return known;
    const run = this.#newRun(submission);
    ledger.insertRun(run);
    if (run.state === 'PENDING') this.#start(run);
    return run;
  }

  cancel(run: Run, reason: StopReason = 'user'): void {
    const active = this.#active.get(run.id);
    if (active) active.performance.stop(reason);
    else if (run.state !== 'TERMINATED')
      this.#end(run, { code: 'USER_CANCELED', message: 'Run canceled by the user.' });
  }

  /** Runs the chosen tasks of an ended run once more, under the same run id. */
  repair(run: Run, keys: Set<string>): number {
    const { ledger } = this.#world;
    const id = ledger.nextId();
    const definition = this.#jobs.get(run.jobId) ?? run.definition;
    const before = ledger.attempts(run.id);
    const attempts = definition.tasks
      .filter((task) => keys.has(task.key))
      .map((task) => newAttempt(ledger, run.id, task, before.filter((one) => one.taskKey === task.key).length));
    const repair = { id, startTime: Date.now(), endTime: null, taskRunIds: attempts.map((attempt) => attempt.id) };
    ledger.updateRepairs(run.id, [...run.repairs, repair]);
    ledger.updateRun(run.id, { state: 'PENDING', code: null, message: '', endedAt: null });
    this.#start({ ...run, definition, repairs: [...run.repairs, repair] });
    return id;
  }

  /** After a restart: what had begun is lost with its driver, what had not begun may begin. */
  recover(): void {
    const { ledger, log } = this.#world;
    for (const run of ledger.aliveRuns()) {
      const hasBegun = run.state === 'RUNNING' || run.state === 'TERMINATING';
      if (hasBegun) {
        this.#end(run, { code: 'DRIVER_ERROR', message: 'The driver was lost: the workspace ended during the run.' });
        log(`Run ${run.id} had begun when the workspace ended; it is reported as lost.`);
      } else if (run.state === 'PENDING') this.#start(run);
    }
    for (const jobId of new Set(ledger.aliveRuns().map((run) => run.jobId))) this.#startWaiting(jobId);
  }

  /** Nothing starts any more; what is active ends as lost when its driver goes. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#active.values()].map((active) => active.ended));
  }

  #newRun({ job, token, parameters, principal, isQueued }: Submission): Run {
    const { ledger } = this.#world;
    const isFull = this.#activeOf(job.id) >= job.maxConcurrentRuns;
    const isSkipped = isFull && !(isQueued && job.maxConcurrentRuns > 0);
    const now = Date.now();
    const message = `Run skipped: job '${job.name}' already has ${job.maxConcurrentRuns} active runs.`;
    return {
      id: ledger.nextId(),
      jobId: job.id,
      numberInJob: ledger.countOfJob(job.id) + 1,
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

  #activeOf(jobId: number): number {
    return [...this.#active.values()].filter((active) => active.jobId === jobId).length;
  }

  #start(run: Run): void {
    const { ledger, perform, log } = this.#world;
    const job = run.definition;
    const isFirst = ledger.attempts(run.id).length === 0;
    if (isFirst) for (const task of job.tasks) newAttempt(ledger, run.id, task, 0);
    const performance = new Performance(run, job, ledger, perform);
    const ended = performance
      .play()
      .catch((error: unknown): Ending => {
        log(`Run ${run.id} failed inside the workspace: ${error instanceof Error ? error.stack : String(error)}`);
        return { code: 'DRIVER_ERROR', message: `The workspace failed during the run: ${String(error)}` };
      })
      .then((ending) => this.#end(run, ending));
    this.#active.set(run.id, { jobId: run.jobId, performance, ended });
  }

  #end(run: Run, ending: Ending): void {
    const { ledger } = this.#world;
    const endedAt = Date.now();
    for (const attempt of ledger.attempts(run.id).filter((one) => one.code === null)) {
      ledger.updateAttempt(attempt.id, { state: 'TERMINATED', code: ending.code, message: ending.message, endedAt });
    }
    const now = ledger.run(run.id);
    const repairs = (now ?? run).repairs.map((repair) => ({ ...repair, endTime: repair.endTime ?? endedAt }));
    ledger.updateRepairs(run.id, repairs);
    ledger.updateRun(run.id, { state: 'TERMINATED', code: ending.code, message: ending.message, endedAt });
    this.#active.delete(run.id);
    this.#startWaiting(run.jobId);
  }

  #startWaiting(jobId: number): void {
    if (this.#stopping) return;
    const waiting = this.#world.ledger.aliveRuns().filter((run) => run.jobId === jobId && run.state === 'QUEUED');
    for (const run of waiting) {
      if (this.#activeOf(jobId) >= run.definition.maxConcurrentRuns) return;
      this.#world.ledger.updateRun(run.id, { state: 'PENDING' });
      this.#start({ ...run, state: 'PENDING' });
    }
  }
}
