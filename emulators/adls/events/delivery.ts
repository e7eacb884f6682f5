import { setTimeout as wait } from 'node:timers/promises';
import type { FaultPlan } from '../../shared/fault-plan.ts';
import type { Subscription } from '../options.ts';
import type { LakeEvent } from './blob-change.ts';

const maxInFlight = 16;
const responseSeconds = 30;
/** Shorter than the service's own pauses, which begin at ten seconds, since this lake lives for minutes. */
const pausesMilliseconds = [100, 250, 500, 1000, 2000, 5000, 10_000];
const maxTries = 30;
/** Far enough behind that the following event has certainly arrived. */
const behindMilliseconds = 200;
const holdMilliseconds = 2000;

/** Delivers events to one subscriber: at least once, several at a time, in no promised order. */
export class Delivery {
  readonly #subscription: Subscription;
  readonly #faults: FaultPlan;
  readonly #log: (line: string) => void;
  readonly #stop = new AbortController();
  readonly #waiting: LakeEvent[] = [];
  #inFlight = 0;
  readonly #postponed = new Set<LakeEvent>();

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
    if (delay !== undefined) void this.#enqueueLater(event, delay.milliseconds);
    else if (effects.includes('reorder')) void this.#postpone(event);
    else this.#enqueue(event);
    if (effects.includes('duplicate')) this.#enqueue(event);
  }

  stop(): void {
    this.#stop.abort();
  }

  async #enqueueLater(event: LakeEvent, milliseconds: number): Promise<void> {
    if (await this.#pause(milliseconds)) this.#enqueue(event);
  }

  #enqueue(event: LakeEvent): void {
    this.#waiting.push(event);
    for (const held of this.#postponed) {
      this.#postponed.delete(held);
      void this.#enqueueLater(held, behindMilliseconds);
    }
    this.#pump();
  }

  /** Until the next event has gone, or for a while if none follows. */
  async #postpone(event: LakeEvent): Promise<void> {
    this.#postponed.add(event);
    if ((await this.#pause(holdMilliseconds)) && this.#postponed.delete(event)) this.#enqueue(event);
  }

  #pump(): void {
    while (this.#inFlight < maxInFlight && !this.#stop.signal.aborted) {
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
    for (let tries = 1; tries <= maxTries; tries++) {
      const failure = await this.#post(event);
      if (failure === undefined || this.#stop.signal.aborted) return;
      const pause = pausesMilliseconds[Math.min(tries, pausesMilliseconds.length) - 1] ?? 0;
      if (tries === 1) this.#log(`Event '${event.subject}' was not taken: ${failure}. It is sent again.`);
      if (!(await this.#pause(pause))) return;
    }
    this.#log(`Event '${event.subject}' was given up after ${maxTries} tries. The blob itself is unharmed.`);
  }

  async #post(event: LakeEvent): Promise<string | undefined> {
    try {
      const response = await fetch(this.#subscription.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', 'aeg-event-type': 'Notification' },
        body: JSON.stringify([event]),
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(responseSeconds * 1000)]),
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
