import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { BatchId, createBatchId } from '../medallion/files/manifest.ts';
import { Layer } from '../medallion/layer.ts';
import { JobRunId, type JobState } from '../medallion/runs/job.ts';
import { decideRestart, describeHalt, type StreamRecord } from '../medallion/runs/stream.ts';
import type { StreamTuning } from '../medallion/tuning.ts';
import { cancelJob } from './activities/cancel-job.ts';
import { readProgress } from './activities/read-progress.ts';
import { readSettings } from './activities/read-settings.ts';
import { recordRun } from './activities/record-run.ts';
import { recordStream } from './activities/record-stream.ts';
import { requestDrain } from './activities/request-drain.ts';
import { stopPreviousStream } from './activities/stop-previous-stream.ts';
import { submitJob } from './activities/submit-job.ts';
import { watchStream } from './activities/watch-stream.ts';
import { call } from './activity.ts';
import { after, now } from './clock.ts';
import { logEvent } from './log-event.ts';

/** One life of a layer's stream, from its start to its end, however often its run is started again in between. */
export const Supervision = z.object({
  layer: Layer,
  stream: BatchId.optional(),
  startedAt: z.string().optional(),
  attempt: z.int().positive().default(1),
  failures: z.int().nonnegative().default(0),
  jobRuns: z.array(JobRunId).default([]),
  /** The run that is alive, and since when. */
  alive: z.object({ jobRun: JobRunId, since: z.string() }).optional(),
});
type Supervision = z.infer<typeof Supervision>;
type StreamRun = Supervision & { readonly stream: BatchId; readonly startedAt: string };

/** After so many polls a fresh start: a history is read again at every turn. */
const pollsPerGeneration = 30;
const maxJobRuns = 10;
const retrySeconds = 60;

/** Keeps exactly one run of a layer's always-on job alive, until it is no longer wanted or fails too often in a row. */
export function* superviseStream(context: OrchestrationContext): Generator<Task, void, unknown> {
  const input = Supervision.parse(context.df.getInput());
  const stream = input.stream ?? createBatchId(context.df.currentUtcDateTime, context.df.newGuid('stream'));
  let run: StreamRun = { ...input, stream, startedAt: input.startedAt ?? now(context) };
  const { layer } = run;
  try {
    const { tuning } = yield* call(context, readSettings, {});
    if (!input.stream) yield* call(context, stopPreviousStream, { layer, nextStream: stream });
    if (!run.alive) {
      const { isWanted, mayStart } = yield* call(context, watchStream, { layer });
      if (!isWanted) return yield* record(context, run, 'drained');
      if (!mayStart) {
        yield context.df.createTimer(after(context, { seconds: tuning.streams.pollIntervalSeconds }));
        return context.df.continueAsNew(run);
      }
      const submission = yield* call(context, submitJob, { ...toOrder(run), mode: 'continuous' });
      if (submission.kind === 'rejected') return yield* halt(context, run, submission.reason);
      run = withJobRun(run, submission.jobRun, now(context));
      yield* record(context, run, 'running');
    }
    const job = yield* watch(context, run, tuning.streams);
    if (job === 'drained') yield* record(context, run, 'drained');
    else if (job === 'alive') context.df.continueAsNew(run);
    else yield* recover(context, run, job, tuning.streams);
  } catch (error) {
    // A service was away for longer than an activity is tried. The run may well be alive: it is supervised again.
    const reason = (error as Error).message;
    logEvent(context, 'error', 'stream.retry_scheduled', { layer, stream, delaySeconds: retrySeconds, reason });
    yield context.df.createTimer(after(context, { seconds: retrySeconds }));
    context.df.continueAsNew(run);
  }
}

const toOrder = ({ attempt, layer, stream }: StreamRun) => ({ batch: stream, layer, attempt });

const withJobRun = (run: StreamRun, jobRun: string, since: string): StreamRun => ({
  ...run,
  jobRuns: [...run.jobRuns, jobRun].slice(-maxJobRuns),
  alive: { jobRun, since },
});

type Ended = Exclude<JobState, { state: 'active' }>;
type Watched = 'alive' | 'drained' | Ended;

/** A run has ended that should not have: another one after a pause, or the end. */
function* recover(
  context: OrchestrationContext,
  run: StreamRun,
  job: Ended,
  policy: StreamTuning,
): Generator<Task, void, unknown> {
  const { alive, attempt, failures, layer, startedAt, stream } = run;
  const { hasWorked } = yield* call(context, readProgress, { layer, since: alive?.since ?? startedAt });
  const next = decideRestart(job, { failures, hasWorked, policy, seed: `${stream}\n${attempt}` });
  const failed = { ...run, failures: next.failures };
  if (next.kind === 'halt') return yield* halt(context, failed, next.reason);
  yield* record(context, failed, 'restarting', next.reason);
  yield context.df.createTimer(after(context, next));
  const { alive: _, ...rest } = failed;
  context.df.continueAsNew({ ...rest, attempt: attempt + 1 });
}

function* watch(
  context: OrchestrationContext,
  run: StreamRun,
  tuning: StreamTuning,
): Generator<Task, Watched, unknown> {
  for (let poll = 0; poll < pollsPerGeneration; poll++) {
    const { isWanted, job } = yield* call(context, watchStream, { layer: run.layer, jobRun: run.alive?.jobRun });
    if (job?.state !== 'active') return isWanted && job ? job : 'drained';
    if (!isWanted) return yield* drain(context, run, tuning);
    yield context.df.createTimer(after(context, { seconds: tuning.pollIntervalSeconds }));
  }
  return 'alive';
}

/** Asks the job to end between two micro-batches, and cancels it if it does not. */
function* drain(
  context: OrchestrationContext,
  run: StreamRun,
  tuning: StreamTuning,
): Generator<Task, Watched, unknown> {
  const { alive, layer, stream } = run;
  yield* call(context, requestDrain, { stream });
  yield* record(context, run, 'draining');
  const limit = after(context, { seconds: tuning.drainTimeoutSeconds });
  for (let isCancelled = false; ; ) {
    const { job } = yield* call(context, watchStream, { layer, jobRun: alive?.jobRun });
    if (job?.state !== 'active') return 'drained';
    if (alive && !isCancelled && context.df.currentUtcDateTime >= limit) {
      yield* call(context, cancelJob, { jobRun: alive.jobRun });
      isCancelled = true;
    }
    yield context.df.createTimer(after(context, { seconds: tuning.pollIntervalSeconds }));
  }
}

function* record(
  context: OrchestrationContext,
  { attempt, failures, jobRuns, layer, stream }: StreamRun,
  state: StreamRecord['state'],
  reason?: string,
): Generator<Task, void, unknown> {
  const record = { layer, stream, attempt, failures, jobRuns, state, since: now(context) };
  yield* call(context, recordStream, { ...record, ...(reason === undefined ? {} : { reason }) });
}

/** Loudly: in the stream's own state, in the log, and as a run that people see among the others. */
function* halt(context: OrchestrationContext, run: StreamRun, cause: string): Generator<Task, void, unknown> {
  const { failures, jobRuns, layer, startedAt, stream } = run;
  const reason = describeHalt(layer, failures, cause);
  logEvent(context, 'error', 'stream.halted', { layer, stream, failures, reason });
  yield* record(context, run, 'halted', reason);
  const ended = { startedAt, endedAt: now(context), reason };
  const layers = [{ layer, jobRuns, outcome: 'failed' as const, ...ended }];
  yield* call(context, recordRun, { batch: stream, outcome: 'halted', files: 0, datasets: [], layers, ...ended });
}
