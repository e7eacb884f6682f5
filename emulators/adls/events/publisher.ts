import { FaultPlan } from '../../shared/fault-plan.ts';
import type { LakeOptions } from '../options.ts';
import { type BlobChange, toEvent } from './blob-change.ts';
import { Delivery } from './delivery.ts';

/** Tells every subscriber of what changed in the lake. */
export class Publisher {
  readonly #account: string;
  readonly #deliveries: readonly Delivery[];
  // Grows across restarts, since the clock does.
  #sequence = Date.now() * 1000;

  /** Each subscription counts its own events. */
  constructor({ account, faults, subscriptions }: LakeOptions, log: (line: string) => void) {
    this.#account = account;
    this.#deliveries = subscriptions.map(
      (subscription) => new Delivery(subscription, new FaultPlan('adls', faults, log), log),
    );
  }

  publish(change: BlobChange, endpoint: string): void {
    this.#sequence += 1;
    const event = toEvent(change, this.#account, endpoint, this.#sequence);
    for (const delivery of this.#deliveries) delivery.offer(event);
  }

  stop(): void {
    for (const delivery of this.#deliveries) delivery.stop();
  }
}
