import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { BatchId, batchIdAt } from '../medallion/files/manifest.ts';
import { Layer } from '../medallion/layer.ts';
import { JobRunId, type JobState } from '../medallion/runs/job.ts';
import { haltedBecause, nextOf, type StreamRecord } from '../medallion/runs/stream.ts';
import { cancelJob } from './activities/cancel-job.ts';
import { type Pace, readPace } from './activities/read-pace.ts';
import { readProgress } from './activities/read-progress.ts';
import { recordRun } from './activities/record-run.ts';
import { recordStream } from './activities/record-stream.ts';
import { requestDrain } from './activities/request-drain.ts';
import { retireStream } from './activities/retire-stream.ts';
import { submitJob } from './activities/submit-job.ts';
import { watchStream } from './activities/watch-stream.ts';
import { call } from './activity.ts';
import { after, now } from './clock.ts';

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
type Life = Supervision & { readonly stream: BatchId; readonly startedAt: string };

/** After so many questions a fresh start: a history is read again at every turn. */
const questionsPerGeneration = 30;
const runsRemembered = 10;

/** Keeps exactly one run of a layer's always-on job alive, until it is no longer wanted or fails too often in a row. */
export function* superviseStream(context: OrchestrationContext): Generator<Task, void, unknown> {
  const given = Supervision.parse(context.df.getInput());
  const stream = given.stream ?? batchIdAt(context.df.currentUtcDateTime, context.df.newGuid('stream'));
  let life: Life = { ...given, stream, startedAt: given.startedAt ?? now(context) };
  const { layer } = life;
  try {
    const pace = yield* call(context, readPace, {});
    if (!given.stream) yield* call(context, retireStream, { layer, successor: stream });
    if (!life.alive) {
      const { isWanted, mayStart } = yield* call(context, watchStream, { layer });
      if (!isWanted) return yield* record(context, life, 'drained');
      if (!mayStart) {
        yield context.df.createTimer(after(context, { seconds: pace.streams.watchSeconds }));
        return context.df.continueAsNew(life);
      }
      const submission = yield* call(context, submitJob, { ...orderOf(life), mode: 'continuous' });
      if (submission.kind === 'refused') return yield* halt(context, life, submission.because);
      life = withRun(life, submission.jobRun, now(context));
      yield* record(context, life, 'running');
    }
    const job = yield* watch(context, life, pace);
    if (job === 'drained') yield* record(context, life, 'drained');
    else if (job === 'alive') context.df.continueAsNew(life);
    else yield* recover(context, life, job, pace);
  } catch (error) {
    // The world was away for longer than an activity tries. The run may well be alive: it is looked after again.
    context.error(`The ${layer} stream could not be looked after. ${(error as Error).message}`);
    yield context.df.createTimer(after(context, { seconds: 60 }));
    context.df.continueAsNew(life);
  }
}

const orderOf = ({ attempt, layer, stream }: Life) => ({ batch: stream, layer, attempt });

const withRun = (life: Life, jobRun: string, since: string): Life => ({
  ...life,
  jobRuns: [...life.jobRuns, jobRun].slice(-runsRemembered),
  alive: { jobRun, since },
});

/** A run has ended that should not have: another one after a pause, or the end. */
function* recover(
  context: OrchestrationContext,
  life: Life,
  job: Ended,
  { streams }: Pace,
): Generator<Task, void, unknown> {
  const { alive, attempt, layer, stream } = life;
  const { hasWorked } = yield* call(context, readProgress, { layer, since: alive?.since ?? life.startedAt });
  const seed = `${stream}\n${attempt}`;
  const next = nextOf(job, { failures: life.failures, hasWorked, patience: streams, seed });
  const failed = { ...life, failures: next.failures };
  if (next.kind === 'halt') return yield* halt(context, failed, next.because);
  yield* record(context, failed, 'restarting', next.because);
  yield context.df.createTimer(after(context, next));
  const { alive: _, ...rest } = failed;
  context.df.continueAsNew({ ...rest, attempt: attempt + 1 });
}

type Ended = Exclude<JobState, { state: 'active' }>;
type Seen = 'alive' | 'drained' | Ended;

function* watch(context: OrchestrationContext, life: Life, pace: Pace): Generator<Task, Seen, unknown> {
  for (let question = 0; question < questionsPerGeneration; question++) {
    const { isWanted, job } = yield* call(context, watchStream, { layer: life.layer, jobRun: life.alive?.jobRun });
    if (job?.state !== 'active') return isWanted && job ? job : 'drained';
    if (!isWanted) return yield* drain(context, life, pace);
    yield context.df.createTimer(after(context, { seconds: pace.streams.watchSeconds }));
  }
  return 'alive';
}

/** Asks the job to end between two micro-batches, and cancels it if it does not. */
function* drain(context: OrchestrationContext, life: Life, { streams }: Pace): Generator<Task, Seen, unknown> {
  const { alive, layer, stream } = life;
  yield* call(context, requestDrain, { stream });
  yield* record(context, life, 'draining');
  const limit = after(context, { seconds: streams.drainSeconds });
  for (let isCancelled = false; ; ) {
    const { job } = yield* call(context, watchStream, { layer, jobRun: alive?.jobRun });
    if (job?.state !== 'active') return 'drained';
    if (alive && !isCancelled && context.df.currentUtcDateTime >= limit) {
      yield* call(context, cancelJob, { jobRun: alive.jobRun });
      isCancelled = true;
    }
    yield context.df.createTimer(after(context, { seconds: streams.watchSeconds }));
  }
}

function* record(
  context: OrchestrationContext,
  { attempt, failures, jobRuns, layer, stream }: Life,
  state: StreamRecord['state'],
  because?: string,
): Generator<Task, void, unknown> {
  const known = { layer, stream, attempt, failures, jobRuns, state, since: now(context) };
  yield* call(context, recordStream, { ...known, ...(because === undefined ? {} : { because }) });
}

/** Loudly: in the stream's own state, and as a run that people see among the others. */
function* halt(context: OrchestrationContext, life: Life, cause: string): Generator<Task, void, unknown> {
  const { failures, jobRuns, layer, startedAt, stream } = life;
  const because = haltedBecause(layer, failures, cause);
  context.error(because);
  yield* record(context, life, 'halted', because);
  const ended = { startedAt, endedAt: now(context), because };
  const layers = [{ layer, jobRuns, outcome: 'failed' as const, ...ended }];
  yield* call(context, recordRun, { batch: stream, outcome: 'halted', files: 0, datasets: [], layers, ...ended });
}
