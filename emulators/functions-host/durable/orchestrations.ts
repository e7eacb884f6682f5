import { HandlerError, WorkerLostError } from '../worker/app-process.ts';
import type { OrchestratorState } from './actions.ts';
import { applyActions } from './apply-actions.ts';
import type { Completion } from './completion.ts';
import { Episode } from './episode.ts';
import { EventType, type HistoryEvent, toTimestamp } from './events.ts';
import { hasEnded, type Instance, type Message, parked } from './instance.ts';
import { OrchestratorMistake } from './mistake.ts';
import { createBrokenResult, type OrchestratorResult, parseFailure } from './orchestrator-result.ts';
import type { ReplayState } from './replay-state.ts';
import { StrictModeChecks } from './strict-mode-checks.ts';
import type { TaskHub } from './task-hub.ts';
import { createTriggerValue } from './trigger-value.ts';

/** Runs the episodes of orchestrators: one message, one replay, one transaction. */
export class Orchestrations {
  readonly #hub: TaskHub;
  readonly #completion: Completion;
  readonly #losses = new Map<number, number>();
  readonly #warned = new Set<string>();

  constructor(hub: TaskHub, completion: Completion) {
    this.#hub = hub;
    this.#completion = completion;
  }

  async runEpisode(message: Message): Promise<void> {
    const { store, instances } = this.#hub;
    const instance = instances.find(message.id);
    const event = JSON.parse(message.event) as HistoryEvent;
    if (instance?.status === 'Failed' && event.EventType === EventType.EventRaised) {
      // A rewind may still want it.
      store.run('UPDATE inbox SET due = ? WHERE n = ?', parked, message.n);
      return;
    }
    if (!instance || hasEnded(instance) || (message.execution !== null && message.execution !== instance.execution)) {
      instances.takeMessage(message);
      return;
    }
    const replayState = JSON.parse(instance.replayState) as ReplayState;
    const key = event.TaskScheduledId ?? event.TimerId;
    if (key !== undefined && !(key in replayState.open)) {
      instances.takeMessage(message);
      return;
    }
    replayState.clock = Math.max(this.#hub.clock.now(), replayState.clock + 1);
    if (event.EventType === EventType.ExecutionTerminated) this.#terminate(message, instance, replayState, event);
    else if (event.EventType === EventType.ExecutionSuspended) this.#suspend(message, instance, replayState, event);
    else if (event.EventType === EventType.ExecutionResumed) this.#suspend(message, instance, replayState, event);
    else await this.#replay(message, instance, replayState, event);
  }

  #terminate(message: Message, instance: Instance, replayState: ReplayState, { Input = null }: HistoryEvent): void {
    this.#commit(message, () =>
      this.#completion.finish({ instance, replayState, events: [], status: 'Terminated', output: Input }),
    );
  }

  #suspend(message: Message, instance: Instance, replayState: ReplayState, event: HistoryEvent): void {
    const isSuspended = event.EventType === EventType.ExecutionSuspended;
    const now = replayState.clock;
    this.#commit(message, () => {
      this.#hub.instances.append(instance.id, createFreshEvents(event, now));
      const status = isSuspended ? 'Suspended' : 'Running';
      this.#hub.instances.update({ ...instance, status, isSuspended: isSuspended ? 1 : 0, updated: now }, replayState);
    });
  }

  async #replay(message: Message, instance: Instance, replayState: ReplayState, event: HistoryEvent): Promise<void> {
    const { instances, timerLimits } = this.#hub;
    const now = replayState.clock;
    const fresh = createFreshEvents(event, now);
    const history = [...instances.history(instance.id), ...fresh.map((event) => JSON.stringify(event))];
    const { isStrict, log } = this.#hub;
    const checks = new StrictModeChecks({ instance, history, warned: this.#warned, isStrict, log });
    const episode = new Episode({
      instance,
      replayState,
      instances,
      now,
      timerLimits,
      startChild: (child) => this.#completion.startChild(instance, child),
    });
    episode.complete(event);
    let orchestratorResult = await this.#callOrchestrator(message, instance, history, checks);
    let next: { readonly input: unknown } | undefined;
    try {
      if (event.EventType === EventType.ExecutionStarted) checks.onStart(instance.input);
      if (!orchestratorResult.isBroken) next = applyResult(episode, orchestratorResult.state, checks);
    } catch (error) {
      if (!(error instanceof OrchestratorMistake)) throw error;
      orchestratorResult = createBrokenResult(error.message);
    }
    if (orchestratorResult.isBroken) episode.abandon();
    this.#commit(message, () => this.#finishEpisode({ instance, episode, fresh, orchestratorResult, next, checks }));
  }

  #finishEpisode(result: {
    readonly instance: Instance;
    readonly episode: Episode;
    readonly fresh: readonly HistoryEvent[];
    readonly orchestratorResult: OrchestratorResult;
    readonly next: { readonly input: unknown } | undefined;
    readonly checks: StrictModeChecks;
  }): void {
    const { episode, orchestratorResult, next, checks } = result;
    const { replayState, now } = episode;
    episode.commit();
    const { customStatus } = orchestratorResult.state;
    const instance =
      customStatus === undefined ? result.instance : { ...result.instance, customStatus: JSON.stringify(customStatus) };
    const completed = { EventType: EventType.OrchestratorCompleted, EventId: -1, Timestamp: toTimestamp(now) };
    const events = [...result.fresh, ...episode.events, completed];
    const hasReturned = orchestratorResult.state.isDone || orchestratorResult.failure !== undefined;
    const isOver = hasReturned && Object.keys(replayState.open).length === 0;
    if (!isOver) {
      if (hasReturned) checks.onOpenTimers(replayState);
      this.#hub.instances.append(instance.id, events);
      this.#hub.instances.update({ ...instance, status: 'Running', updated: now }, replayState);
    } else if (orchestratorResult.failure !== undefined) {
      const output = `Orchestrator function '${instance.name}' failed: ${orchestratorResult.failure}`;
      this.#completion.finish({ instance, replayState, events, status: 'Failed', output });
    } else if (next) this.#completion.continueAsNew({ instance, replayState, events, output: next.input });
    else
      this.#completion.finish({
        instance,
        replayState,
        events,
        status: 'Completed',
        output: orchestratorResult.state.output ?? null,
      });
  }

  async #callOrchestrator(
    message: Message,
    instance: Instance,
    history: readonly string[],
    checks: StrictModeChecks,
  ): Promise<OrchestratorResult> {
    const target = this.#hub.registry.findOrchestrator(instance.name);
    if (!target) return createBrokenResult(`the app no longer has an orchestrator of the name '${instance.name}'`);
    try {
      const value = createTriggerValue(instance, history, this.#hub.timerLimits);
      const answer = await this.#hub.call(target, { [target.triggerName]: { string: value } });
      for (const warning of answer.warnings) checks.warn(warning);
      if (answer.mistake && this.#hub.isStrict) return createBrokenResult(answer.mistake);
      this.#losses.delete(message.n);
      return { state: JSON.parse(answer.returnValue?.json ?? '{"isDone":true,"actions":[[]]}') as OrchestratorState };
    } catch (error) {
      if (error instanceof WorkerLostError) return this.#countLoss(message, instance, error);
      if (error instanceof HandlerError) return parseFailure(error.message);
      throw error;
    }
  }

  /** An episode that always takes the app down with it would be repeated for ever. */
  #countLoss(message: Message, { name }: Instance, error: WorkerLostError): OrchestratorResult {
    const losses = (this.#losses.get(message.n) ?? 0) + 1;
    this.#losses.set(message.n, losses);
    if (losses < this.#hub.maxLosses || this.#hub.isStopping) throw error;
    return createBrokenResult(
      `the app's process ended ${losses} times while '${name}' ran; look for an endless loop or process.exit`,
    );
  }

  #commit(message: Message, step: () => void): void {
    const { store, instances } = this.#hub;
    try {
      store.transaction(() => {
        if (instances.takeMessage(message)) step();
      });
    } catch (error) {
      instances.dropFromMemory(message.id);
      throw error;
    }
    this.#hub.wake();
  }
}

function applyResult(
  episode: Episode,
  state: OrchestratorState,
  checks: StrictModeChecks,
): { readonly input: unknown } | undefined {
  const next = applyActions(episode, state.actions[0] ?? [], checks);
  if (state.customStatus !== undefined) checks.onCustomStatus(JSON.stringify(state.customStatus));
  if (state.isDone) checks.checkSize('its output', JSON.stringify(state.output ?? null));
  return next;
}

function createFreshEvents(event: HistoryEvent, now: number): HistoryEvent[] {
  const Timestamp = toTimestamp(now);
  const started = { EventType: EventType.OrchestratorStarted, EventId: -1, IsPlayed: false, Timestamp };
  return [started, { ...event, IsPlayed: false, Timestamp }];
}
