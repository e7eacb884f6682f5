import type { RetryOptions } from './actions.ts';
import { EventType, type HistoryEvent, toTimestamp } from './events.ts';
import type { Instance } from './instance.ts';
import type { Instances } from './instances.ts';
import type { ReplayState, Request } from './replay-state.ts';

export interface TimerLimits {
  readonly maxShortTimerMs: number;
  readonly chunkMs: number;
}

/** The limits of the Azure Storage backend; longer timers are made of chunks. */
export const azureTimerLimits: TimerLimits = { maxShortTimerMs: 6 * 86_400_000, chunkMs: 3 * 86_400_000 };

export type StartChild = (child: { readonly request: Request; readonly id: string; readonly task: number }) => void;

interface EpisodeOptions {
  readonly instance: Instance;
  readonly replayState: ReplayState;
  readonly instances: Instances;
  readonly startChild: StartChild;
  readonly now: number;
  readonly timerLimits: TimerLimits;
}

const unlimitedRetryIntervalMs = 6 * 86_400_000;

/** Gives out the ids of one episode in the order in which the SDK does, and gathers what has to be committed with them. */
export class Episode {
  readonly now: number;
  readonly replayState: ReplayState;
  readonly events: HistoryEvent[] = [];
  readonly #effects: (() => void)[] = [];
  readonly #options: EpisodeOptions;

  constructor(options: EpisodeOptions) {
    this.#options = options;
    this.replayState = options.replayState;
    this.now = options.now;
  }

  commit(): void {
    for (const effect of this.#effects) effect();
  }

  /** Gives up everything that is open or would be scheduled: once ids are out of step, nothing can be told apart. */
  abandon(): void {
    for (const id of Object.keys(this.replayState.open)) delete this.replayState.open[id];
    this.events.length = 0;
    this.#effects.length = 0;
  }

  addRequest(addRequest: Request, series?: number): void {
    const id = this.#createId();
    const { callee, name, input } = addRequest;
    this.replayState.open[id] = { kind: callee, name, ...(series === undefined ? {} : { series }) };
    const common = { EventId: id, Name: name, Version: addRequest.version ?? '' };
    const { instance, instances, startChild } = this.#options;
    if (callee === 'activity') {
      this.#record({ EventType: EventType.TaskScheduled, ...common, Input: `[${input ?? 'null'}]` });
      this.#effects.push(() => instances.addWork(instance, id, name, input));
      return;
    }
    const child = addRequest.instanceId ?? `${instance.execution}:${id}`;
    this.#record({ EventType: EventType.SubOrchestrationInstanceCreated, ...common, InstanceId: child, Input: input });
    this.#effects.push(() => startChild({ request: addRequest, id: child, task: id }));
  }

  addRequestWithRetry(request: Request, retry: RetryOptions): void {
    const series = this.replayState.series.push({ kind: 'retry', request, retry, attempt: 1 }) - 1;
    this.addRequest(request, series);
  }

  /** Answers the series, by which the timer can be cancelled later. */
  addTimer(fireAt: number): number {
    const series = this.replayState.series.push({ kind: 'timer', fireAt, isCancelled: false }) - 1;
    this.#nextChunk(fireAt, series);
    return series;
  }

  cancelTimer(series: number): void {
    const timer = this.replayState.series[series];
    if (timer?.kind !== 'timer') return;
    timer.isCancelled = true;
    const { instance, instances } = this.#options;
    for (const [id, task] of Object.entries(this.replayState.open)) {
      if (task.series !== series) continue;
      delete this.replayState.open[id];
      this.#effects.push(() => instances.cancelTimer(instance.id, Number(id)));
    }
  }

  /** Closes the task that an event completes and takes the ids the SDK takes on seeing it. */
  complete(event: HistoryEvent): void {
    const key = event.TaskScheduledId ?? event.TimerId;
    const task = key === undefined ? undefined : this.replayState.open[key];
    if (key === undefined || !task) return;
    delete this.replayState.open[key];
    const series = task.series === undefined ? undefined : this.replayState.series[task.series];
    if (!series || task.series === undefined) return;
    if (series.kind === 'timer') {
      if (series.fireAt > this.now && !series.isCancelled) this.#nextChunk(series.fireAt, task.series);
    } else if (task.kind === 'timer') {
      if (series.attempt <= series.retry.maxNumberOfAttempts) this.addRequest(series.request, task.series);
    } else if (hasFailed(event)) {
      // The SDK sets a timer after the last failure too, with no delay, before it lets the error surface.
      const isLast = series.attempt >= series.retry.maxNumberOfAttempts;
      const delayMs = isLast ? 0 : getRetryDelayMs(series.retry, series.attempt);
      series.attempt += 1;
      this.#schedule(this.now + delayMs, task.series, `retry of ${series.request.name}`);
    }
  }

  #nextChunk(fireAt: number, series: number): void {
    const { maxShortTimerMs, chunkMs } = this.#options.timerLimits;
    this.#schedule(fireAt - this.now > maxShortTimerMs ? this.now + chunkMs : fireAt, series, 'timer');
  }

  #schedule(due: number, series: number, name: string): void {
    const id = this.#createId();
    this.replayState.open[id] = { kind: 'timer', name, series, due };
    this.#record({ EventType: EventType.TimerCreated, EventId: id, FireAt: toTimestamp(due) });
    const { instance, instances } = this.#options;
    const fired = { EventType: EventType.TimerFired, EventId: -1, TimerId: id, FireAt: toTimestamp(due) };
    this.#effects.push(() => instances.post(instance.id, instance.execution, due, fired));
  }

  #createId(): number {
    const id = this.replayState.nextId;
    this.replayState.nextId += 1;
    return id;
  }

  #record(event: HistoryEvent): void {
    this.events.push({ ...event, IsPlayed: false, Timestamp: toTimestamp(this.now) });
  }
}

function hasFailed({ EventType: type }: HistoryEvent): boolean {
  return type === EventType.TaskFailed || type === EventType.SubOrchestrationInstanceFailed;
}

function getRetryDelayMs(retry: RetryOptions, attempt: number): number {
  const {
    firstRetryIntervalInMilliseconds: first,
    backoffCoefficient = 1,
    maxRetryIntervalInMilliseconds: max,
  } = retry;
  return Math.min(first * backoffCoefficient ** (attempt - 1), max ?? unlimitedRetryIntervalMs);
}
