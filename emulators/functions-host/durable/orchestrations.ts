import { HandlerError, WorkerLostError } from '../worker/app-process.ts';
import type { OrchestratorState } from './actions.ts';
import { applyActions } from './apply-actions.ts';
import type { Endings } from './completion.ts';
import { Turn } from './episode.ts';
import { EventType, type HistoryEvent, timestamp } from './events.ts';
import { hasEnded, type Instance, type Message, parked } from './instances.ts';
import { OrchestratorMistake } from './mistake.ts';
import { broken, type Verdict, verdictIn } from './orchestrator-result.ts';
import type { Ledger } from './replay-state.ts';
import { Traps } from './strict-mode-checks.ts';
import type { TaskHub } from './task-hub.ts';
import { triggerValue } from './trigger-value.ts';

/** Takes the turns of orchestrators: one message, one replay, one transaction. */
export class Orchestrations {
  readonly #hub: TaskHub;
  readonly #endings: Endings;
  readonly #losses = new Map<number, number>();
  readonly #warned = new Set<string>();

  constructor(hub: TaskHub, endings: Endings) {
    this.#hub = hub;
    this.#endings = endings;
  }

  async takeTurn(message: Message): Promise<void> {
    const { store, instances } = this.#hub;
    const instance = instances.find(message.id);
    const event = JSON.parse(message.event) as HistoryEvent;
    if (instance?.status === 'Failed' && event.EventType === EventType.EventRaised) {
      // A rewind may still want it.
      store.run('UPDATE inbox SET due = ? WHERE n = ?', parked, message.n);
      return;
    }
    if (!instance || hasEnded(instance) || (message.execution !== null && message.execution !== instance.execution)) {
      instances.take(message);
      return;
    }
    const ledger = JSON.parse(instance.ledger) as Ledger;
    const key = event.TaskScheduledId ?? event.TimerId;
    if (key !== undefined && !(key in ledger.open)) {
      instances.take(message);
      return;
    }
    ledger.clock = Math.max(this.#hub.clock.now(), ledger.clock + 1);
    if (event.EventType === EventType.ExecutionTerminated) this.#terminate(message, instance, ledger, event);
    else if (event.EventType === EventType.ExecutionSuspended) this.#suspend(message, instance, ledger, event);
    else if (event.EventType === EventType.ExecutionResumed) this.#suspend(message, instance, ledger, event);
    else await this.#replay(message, instance, ledger, event);
  }

  #terminate(message: Message, instance: Instance, ledger: Ledger, { Input = null }: HistoryEvent): void {
    this.#commit(message, () =>
      this.#endings.finish({ instance, ledger, events: [], status: 'Terminated', output: Input }),
    );
  }

  #suspend(message: Message, instance: Instance, ledger: Ledger, event: HistoryEvent): void {
    const isSuspended = event.EventType === EventType.ExecutionSuspended;
    const now = ledger.clock;
    this.#commit(message, () => {
      this.#hub.instances.append(instance.id, freshEvents(event, now));
      const status = isSuspended ? 'Suspended' : 'Running';
      this.#hub.instances.update({ ...instance, status, isSuspended: isSuspended ? 1 : 0, updated: now }, ledger);
    });
  }

  async #replay(message: Message, instance: Instance, ledger: Ledger, event: HistoryEvent): Promise<void> {
    const { instances, timerLimits } = this.#hub;
    const now = ledger.clock;
    const fresh = freshEvents(event, now);
    const history = [...instances.history(instance.id), ...fresh.map((each) => JSON.stringify(each))];
    const { isStrict, log } = this.#hub;
    const traps = new Traps({ instance, history, warned: this.#warned, isStrict, log });
    const turn = new Turn({
      ...{ instance, ledger, instances, now, timerLimits },
      startChild: (child) => this.#endings.startChild(instance, child),
    });
    turn.complete(event);
    let verdict = await this.#ask(message, instance, history, traps);
    let next: { readonly input: unknown } | undefined;
    try {
      if (event.EventType === EventType.ExecutionStarted) traps.onStart(instance.input);
      if (!verdict.isBroken) next = schedule(turn, verdict.state, traps);
    } catch (error) {
      if (!(error instanceof OrchestratorMistake)) throw error;
      verdict = broken(error.message);
    }
    if (verdict.isBroken) turn.abandon();
    this.#commit(message, () => this.#settle({ instance, turn, fresh, verdict, next, traps }));
  }

  #settle(result: {
    readonly instance: Instance;
    readonly turn: Turn;
    readonly fresh: readonly HistoryEvent[];
    readonly verdict: Verdict;
    readonly next: { readonly input: unknown } | undefined;
    readonly traps: Traps;
  }): void {
    const { turn, verdict, next, traps } = result;
    const { ledger, now } = turn;
    turn.commit();
    const { customStatus } = verdict.state;
    const instance =
      customStatus === undefined ? result.instance : { ...result.instance, customStatus: JSON.stringify(customStatus) };
    const completed = { EventType: EventType.OrchestratorCompleted, EventId: -1, Timestamp: timestamp(now) };
    const events = [...result.fresh, ...turn.events, completed];
    const hasReturned = verdict.state.isDone || verdict.failure !== undefined;
    const isOver = hasReturned && Object.keys(ledger.open).length === 0;
    if (!isOver) {
      if (hasReturned) traps.onOpenTimers(ledger);
      this.#hub.instances.append(instance.id, events);
      this.#hub.instances.update({ ...instance, status: 'Running', updated: now }, ledger);
    } else if (verdict.failure !== undefined) {
      const output = `Orchestrator function '${instance.name}' failed: ${verdict.failure}`;
      this.#endings.finish({ instance, ledger, events, status: 'Failed', output });
    } else if (next) this.#endings.continueAsNew(instance, ledger, next.input);
    else this.#endings.finish({ instance, ledger, events, status: 'Completed', output: verdict.state.output ?? null });
  }

  async #ask(message: Message, instance: Instance, history: readonly string[], traps: Traps): Promise<Verdict> {
    const target = this.#hub.registry.orchestrator(instance.name);
    if (!target) return broken(`the app no longer has an orchestrator of the name '${instance.name}'`);
    try {
      const value = triggerValue(instance, history, this.#hub.timerLimits);
      const answer = await this.#hub.call(target, { [target.triggerName]: { string: value } });
      for (const warning of answer.warnings) traps.warn(warning);
      if (answer.mistake && this.#hub.isStrict) return broken(answer.mistake);
      this.#losses.delete(message.n);
      return { state: JSON.parse(answer.returnValue?.json ?? '{"isDone":true,"actions":[[]]}') as OrchestratorState };
    } catch (error) {
      if (error instanceof WorkerLostError) return this.#lose(message, instance, error);
      if (error instanceof HandlerError) return verdictIn(error.message);
      throw error;
    }
  }

  /** A turn that always takes the app down with it would be repeated for ever. */
  #lose(message: Message, { name }: Instance, error: WorkerLostError): Verdict {
    const losses = (this.#losses.get(message.n) ?? 0) + 1;
    this.#losses.set(message.n, losses);
    if (losses < this.#hub.mostLosses || this.#hub.isStopping) throw error;
    return broken(
      `the app's process ended ${losses} times while '${name}' ran; look for an endless loop or process.exit`,
    );
  }

  #commit(message: Message, step: () => void): void {
    const { store, instances } = this.#hub;
    try {
      store.transaction(() => {
        if (instances.take(message)) step();
      });
    } catch (error) {
      instances.dropFromMemory(message.id);
      throw error;
    }
    this.#hub.wake();
  }
}

function schedule(turn: Turn, state: OrchestratorState, traps: Traps): { readonly input: unknown } | undefined {
  const next = applyActions(turn, state.actions[0] ?? [], traps);
  if (state.customStatus !== undefined) traps.onCustomStatus(JSON.stringify(state.customStatus));
  if (state.isDone) traps.checkSize('its output', JSON.stringify(state.output ?? null));
  return next;
}

function freshEvents(event: HistoryEvent, now: number): HistoryEvent[] {
  const Timestamp = timestamp(now);
  const started = { EventType: EventType.OrchestratorStarted, EventId: -1, IsPlayed: false, Timestamp };
  return [started, { ...event, IsPlayed: false, Timestamp }];
}
