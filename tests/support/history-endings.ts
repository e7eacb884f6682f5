import { EventType } from '../../emulators/functions-host/durable/events.ts';
import type { RecordedHistory } from '../../emulators/functions-host/export-histories.ts';

type IsReached = (recorded: RecordedHistory) => boolean;

interface Output {
  readonly kind?: string;
  readonly versions?: object;
  readonly outcome?: string;
  readonly release?: string;
  readonly reason?: string;
  readonly jobRuns?: readonly string[];
  readonly state?: string;
  readonly attempt?: number;
  readonly alive?: object;
}

interface Input {
  readonly mode?: string;
  readonly plan?: string;
}

const getOutput = ({ output }: RecordedHistory): Output => (output ?? {}) as Output;
const getInput = ({ input }: RecordedHistory): Input => (input ?? {}) as Input;

/** What an activity answered, each time that it was called. */
function listResults<Result>({ history }: RecordedHistory, activity: string): Result[] {
  const scheduled = history.filter(
    ({ EventType: type, Name }) => type === EventType.TaskScheduled && Name === activity,
  );
  const ids = new Set(scheduled.map(({ EventId }) => EventId));
  const completed = history.filter(
    ({ EventType: type, TaskScheduledId: id }) => type === EventType.TaskCompleted && id !== undefined && ids.has(id),
  );
  return completed.map(({ Result }) => JSON.parse(Result ?? 'null') as Result);
}

const hasChild = ({ history }: RecordedHistory, name: string): boolean =>
  history.some(({ EventType: type, Name }) => type === EventType.SubOrchestrationInstanceCreated && Name === name);

const isCancelled = (recorded: RecordedHistory): boolean =>
  listResults<{ isCancelled: boolean }>(recorded, 'recordRun').some((result) => result.isCancelled);

const isBuilt = (recorded: RecordedHistory): boolean => getOutput(recorded).versions !== undefined;

const wasCancelled = ({ reason = '' }: Output): boolean => reason.includes('Cancelled by');

/** Whether a generation of the pipeline got this answer to what it should do, and has gone on since. */
const hasDone =
  (kind: string, isRun?: boolean): IsReached =>
  (recorded) =>
    recorded.status === 'ContinuedAsNew' &&
    listResults<{ kind: string }>(recorded, 'formBatch').at(-1)?.kind === kind &&
    (isRun === undefined || hasChild(recorded, 'runBatch') === isRun);

/** A pipeline that may do nothing, because it is paused or halted. It ends if it is paused. */
const wasClosed: IsReached = (recorded) =>
  listResults<{ kind: string }>(recorded, 'formBatch').at(-1)?.kind === 'closed';

const hasRecordedStream =
  (state: string): IsReached =>
  (recorded) =>
    recorded.status === 'Completed' && recorded.history.some(({ Input }) => Input?.includes(`"state":"${state}"`));

const hasRecordedRelease =
  (outcome: string): IsReached =>
  (recorded) =>
    recorded.status === 'ContinuedAsNew' &&
    recorded.history.some(({ Input, Name }) => Name === 'recordRun' && Input?.includes(`"outcome":"${outcome}"`));

/** Every way in which an orchestration of the local stack ends, or begins its next generation, by orchestrator. */
const endings: Readonly<Record<string, Readonly<Record<string, IsReached>>>> = {
  pipeline: {
    'ran-a-batch': hasDone('formed', true),
    waited: hasDone('empty'),
    'was-closed': wasClosed,
    'executed-a-plan': hasDone('planned'),
    'left-a-batch-to-streams': hasDone('formed', false),
  },
  reprocess: {
    executed: ({ output }) => output === 'published',
    rejected: ({ output }) => output === 'rejected',
  },
  runBatch: {
    published: (recorded) => getOutput(recorded).outcome === 'published' && getInput(recorded).plan === undefined,
    blocked: (recorded) => getOutput(recorded).outcome === 'blocked',
    failed: (recorded) => getOutput(recorded).outcome === 'failed' && !isCancelled(recorded),
    cancelled: isCancelled,
    'of-a-plan': (recorded) => getOutput(recorded).outcome === 'published' && getInput(recorded).plan !== undefined,
  },
  buildLayer: {
    built: (recorded) => isBuilt(recorded) && getOutput(recorded).jobRuns?.length === 1,
    failed: (recorded) => getOutput(recorded).reason !== undefined && !wasCancelled(getOutput(recorded)),
    cancelled: (recorded) => wasCancelled(getOutput(recorded)),
    'built-at-a-second-attempt': (recorded) => isBuilt(recorded) && getOutput(recorded).jobRuns?.length === 2,
    'built-by-a-stream': (recorded) => isBuilt(recorded) && getInput(recorded).mode === 'continuous',
  },
  publishWhenAllowed: {
    published: (recorded) => getOutput(recorded).kind === 'published',
  },
  waitForJob: {
    succeeded: (recorded) => getOutput(recorded).state === 'succeeded',
    failed: (recorded) => getOutput(recorded).state === 'ended' && !wasCancelled(getOutput(recorded)),
    cancelled: (recorded) => wasCancelled(getOutput(recorded)),
  },
  superviseStream: {
    running: (recorded) => recorded.status === 'ContinuedAsNew' && getOutput(recorded).alive !== undefined,
    restarting: (recorded) => recorded.status === 'ContinuedAsNew' && (getOutput(recorded).attempt ?? 1) > 1,
    drained: hasRecordedStream('draining'),
    halted: hasRecordedStream('halted'),
  },
  publishStreams: {
    published: hasRecordedRelease('published'),
    blocked: hasRecordedRelease('blocked'),
    over: ({ status }) => status === 'Completed',
  },
};

/** The file name of every history that has to be there, such as `run-batch.published`. */
export const wantedHistories: readonly string[] = Object.entries(endings).flatMap(([orchestrator, ways]) =>
  Object.keys(ways).map((ending) => `${toKebabCase(orchestrator)}.${ending}`),
);

/** The names that a history may have: one for each ending that it shows. None of it is there before it has ended. */
export function listHistoryNames(recorded: RecordedHistory): string[] {
  const { name, status } = recorded;
  if (status !== 'Completed' && status !== 'ContinuedAsNew') return [];
  const reached = Object.entries(endings[name] ?? {}).filter(([, isReached]) => isReached(recorded));
  return reached.map(([ending]) => `${toKebabCase(name)}.${ending}`);
}

export function toKebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
