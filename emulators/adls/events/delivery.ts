import { setTimeout as wait } from 'node:timers/promises';
import type { FaultPlan } from '../../shared/fault-plan.ts';
import type { Subscription } from '../options.ts';
import type { LakeEvent } from './blob-change.ts';

const MOST_IN_FLIGHT = 16;
const ANSWER_SECONDS = 30;
/** Shorter than the service's own pauses, which begin at ten seconds, since this lake lives for minutes. */
const PAUSES_MILLISECONDS = [100, 250, 500, 1000, 2000, 5000, 10_000];
const MOST_TRIES = 30;
/** Far enough behind that the following event has certainly arrived. */
const BEHIND_MILLISECONDS = 200;
const HELD_MILLISECONDS = 2000;

/** Delivers events to one subscriber: at least once, several at a time, in no promised order. */
export class Delivery {
  readonly #subscription: Subscription;
  readonly #faults: FaultPlan;
  readonly #log: (line: string) => void;
  readonly #stop = new AbortController();
  readonly #waiting: LakeEvent[] = [];
  #inFlight = 0;
  readonly #heldBack = new Set<LakeEvent>();

  constructor(subscription: Subscription, faults: FaultPlan, log: (line: string) => void) {
    this.#subscription = subscription;
    this.#faults = faults;
    this.#log = log;
  }

  /** Returns at once: a writer never waits for a subscriber. */
  offer(event: LakeEvent): void {
    const { subjectBeginsWith, apis } = this.#subscription;
    if (!event.subject.startsWith(subjectBeginsWith)) return;
    if (apis.length > 0 && !apis.includes(event.data.api)) return;
    const faults = this.#faults.next('event');
    const effects = faults.map((fault) => fault.do);
    if (effects.includes('drop')) return;
    const delay = faults.find((fault) => fault.do === 'delay');
    if (delay !== undefined) void this.#later(event, delay.milliseconds);
    else if (effects.includes('reorder')) void this.#holdBack(event);
    else this.#enqueue(event);
    if (effects.includes('duplicate')) this.#enqueue(event);
  }

  stop(): void {
    this.#stop.abort();
  }

  async #later(event: LakeEvent, milliseconds: number): Promise<void> {
    if (await this.#pause(milliseconds)) this.#enqueue(event);
  }

  #enqueue(event: LakeEvent): void {
    this.#waiting.push(event);
    for (const held of this.#heldBack) {
      this.#heldBack.delete(held);
      void this.#later(held, BEHIND_MILLISECONDS);
    }
    this.#pump();
  }

  /** Until the next event has gone, or for a while if none follows. */
  async #holdBack(event: LakeEvent): Promise<void> {
    this.#heldBack.add(event);
    if ((await this.#pause(HELD_MILLISECONDS)) && this.#heldBack.delete(event)) this.#enqueue(event);
  }

  #pump(): void {
    while (this.#inFlight < MOST_IN_FLIGHT && !this.#stop.signal.aborted) {
      const event = this.#waiting.shift();
      if (event === undefined) return;
      this.#inFlight += 1;
      void this.#deliver(event).finally(() => {
        this.#inFlight -= 1;
        this.#pump();
      });
    }
  }

  async #deliver(event: LakeEvent): Promise<void> {
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const failure = await this.#post(event);
      if (failure === undefined || this.#stop.signal.aborted) return;
      const pause = PAUSES_MILLISECONDS[Math.min(tries, PAUSES_MILLISECONDS.length) - 1] ?? 0;
      if (tries === 1) this.#log(`Event '${event.subject}' was not taken: ${failure}. It is sent again.`);
      if (!(await this.#pause(pause))) return;
    }
    this.#log(`Event '${event.subject}' was given up after ${MOST_TRIES} tries. The blob itself is unharmed.`);
  }

  async #post(event: LakeEvent): Promise<string | undefined> {
    try {
      const response = await fetch(this.#subscription.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', 'aeg-event-type': 'Notification' },
        body: JSON.stringify([event]),
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ANSWER_SECONDS * 1000)]),
      });
      await response.arrayBuffer();
      return response.ok ? undefined : `status ${response.status}`;
    } catch (error) {
      return error instanceof Error ? `${error.message} ${String(error.cause ?? '')}`.trim() : String(error);
    }
  }

  /** Answers whether the pause went by undisturbed. */
  async #pause(milliseconds: number): Promise<boolean> {
    const signal = this.#stop.signal;
    return wait(milliseconds, true, { signal }).catch((error: unknown) => {
      if (signal.aborted) return false;
      throw error;
    });
  }
}
