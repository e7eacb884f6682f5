import type { RetryOptions } from './actions.ts';
import { EventType, type HistoryEvent, timestamp } from './events.ts';
import type { Instance, Instances } from './instances.ts';
import type { Ledger, Request } from './replay-state.ts';

export interface TimerLimits {
  readonly longestShortTimerMs: number;
  readonly chunkMs: number;
}

/** The limits of the Azure Storage backend; longer timers are made of chunks. */
export const azureTimerLimits: TimerLimits = { longestShortTimerMs: 6 * 86_400_000, chunkMs: 3 * 86_400_000 };

export type StartChild = (child: { readonly request: Request; readonly id: string; readonly task: number }) => void;

interface TurnOptions {
  readonly instance: Instance;
  readonly ledger: Ledger;
  readonly instances: Instances;
  readonly startChild: StartChild;
  readonly now: number;
  readonly timerLimits: TimerLimits;
}

const unlimitedRetryIntervalMs = 6 * 86_400_000;

/** Gives out the ids of one turn in the order in which the SDK does, and gathers what has to be committed with them. */
export class Turn {
  readonly now: number;
  readonly ledger: Ledger;
  readonly events: HistoryEvent[] = [];
  readonly #effects: (() => void)[] = [];
  readonly #options: TurnOptions;

  constructor(options: TurnOptions) {
    this.#options = options;
    this.ledger = options.ledger;
    this.now = options.now;
  }

  commit(): void {
    for (const effect of this.#effects) effect();
  }

  /** Gives up everything that is open or would be scheduled: once ids are out of step, nothing can be told apart. */
  abandon(): void {
    for (const id of Object.keys(this.ledger.open)) delete this.ledger.open[id];
    this.events.length = 0;
    this.#effects.length = 0;
  }

  request(request: Request, series?: number): void {
    const id = this.#newId();
    const { callee, name, input } = request;
    this.ledger.open[id] = { kind: callee, name, ...(series === undefined ? {} : { series }) };
    const common = { EventId: id, Name: name, Version: request.version ?? '' };
    const { instance, instances, startChild } = this.#options;
    if (callee === 'activity') {
      this.#record({ EventType: EventType.TaskScheduled, ...common, Input: `[${input ?? 'null'}]` });
      this.#effects.push(() => instances.addWork(instance, id, name, input));
      return;
    }
    const child = request.instanceId ?? `${instance.execution}:${id}`;
    this.#record({ EventType: EventType.SubOrchestrationInstanceCreated, ...common, InstanceId: child, Input: input });
    this.#effects.push(() => startChild({ request, id: child, task: id }));
  }

  requestWithRetry(request: Request, retry: RetryOptions): void {
    const series = this.ledger.series.push({ kind: 'retry', request, retry, attempt: 1 }) - 1;
    this.request(request, series);
  }

  /** Answers the series, by which the timer can be cancelled later. */
  timer(fireAt: number): number {
    const series = this.ledger.series.push({ kind: 'timer', fireAt, isCancelled: false }) - 1;
    this.#nextChunk(fireAt, series);
    return series;
  }

  cancelTimer(series: number): void {
    const timer = this.ledger.series[series];
    if (timer?.kind !== 'timer') return;
    timer.isCancelled = true;
    const { instance, instances } = this.#options;
    for (const [id, task] of Object.entries(this.ledger.open)) {
      if (task.series !== series) continue;
      delete this.ledger.open[id];
      this.#effects.push(() => instances.cancelTimer(instance.id, Number(id)));
    }
  }

  /** Closes the task that an event completes and takes the ids the SDK takes on seeing it. */
  complete(event: HistoryEvent): void {
    const key = event.TaskScheduledId ?? event.TimerId;
    const task = key === undefined ? undefined : this.ledger.open[key];
    if (key === undefined || !task) return;
    delete this.ledger.open[key];
    const series = task.series === undefined ? undefined : this.ledger.series[task.series];
    if (!series || task.series === undefined) return;
    if (series.kind === 'timer') {
      if (series.fireAt > this.now && !series.isCancelled) this.#nextChunk(series.fireAt, task.series);
    } else if (task.kind === 'timer') {
      if (series.attempt <= series.retry.maxNumberOfAttempts) this.request(series.request, task.series);
    } else if (hasFailed(event)) {
      // The SDK sets a timer after the last failure too, with no delay, before it lets the error surface.
      const isLast = series.attempt >= series.retry.maxNumberOfAttempts;
      const delayMs = isLast ? 0 : retryDelayMs(series.retry, series.attempt);
      series.attempt += 1;
      this.#schedule(this.now + delayMs, task.series, `retry of ${series.request.name}`);
    }
  }

  #nextChunk(fireAt: number, series: number): void {
    const { longestShortTimerMs, chunkMs } = this.#options.timerLimits;
    this.#schedule(fireAt - this.now > longestShortTimerMs ? this.now + chunkMs : fireAt, series, 'timer');
  }

  #schedule(due: number, series: number, name: string): void {
    const id = this.#newId();
    this.ledger.open[id] = { kind: 'timer', name, series, due };
    this.#record({ EventType: EventType.TimerCreated, EventId: id, FireAt: timestamp(due) });
    const { instance, instances } = this.#options;
    const fired = { EventType: EventType.TimerFired, EventId: -1, TimerId: id, FireAt: timestamp(due) };
    this.#effects.push(() => instances.post(instance.id, instance.execution, due, fired));
  }

  #newId(): number {
    const id = this.ledger.nextId;
    this.ledger.nextId += 1;
    return id;
  }

  #record(event: HistoryEvent): void {
    this.events.push({ ...event, IsPlayed: false, Timestamp: timestamp(this.now) });
  }
}

function hasFailed({ EventType: type }: HistoryEvent): boolean {
  return type === EventType.TaskFailed || type === EventType.SubOrchestrationInstanceFailed;
}

function retryDelayMs(retry: RetryOptions, attempt: number): number {
  const {
    firstRetryIntervalInMilliseconds: first,
    backoffCoefficient = 1,
    maxRetryIntervalInMilliseconds: longest,
  } = retry;
  return Math.min(first * backoffCoefficient ** (attempt - 1), longest ?? unlimitedRetryIntervalMs);
}
