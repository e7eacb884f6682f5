/** Time as a dependency: schedules and due times ask here, so that a test can jump days. */
export interface Clock {
  now(): number;
  /** Rings once when `at` has come; the returned function calls it off. */
  ringAt(at: number, ring: () => void): () => void;
}

// A longer timeout overflows in Node and fires at once.
const maxTimeoutMs = 0x7fffffff;

export const systemClock: Clock = {
  now: () => Date.now(),
  ringAt(at, ring) {
    let timeout: NodeJS.Timeout;
    const arm = (): void => {
      const left = at - Date.now();
      timeout = left <= 0 ? setTimeout(ring, 0) : setTimeout(arm, Math.min(left, maxTimeoutMs));
    };
    arm();
    return () => clearTimeout(timeout);
  },
};

interface Alarm {
  readonly at: number;
  readonly ring: () => void;
  cancel(): void;
}

/** Runs at the pace of real time and can be pushed ahead. */
export class PushableClock implements Clock {
  #aheadMs = 0;
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  ringAt(at: number, ring: () => void): () => void {
    const alarm: Alarm = { at, ring, cancel: () => {} };
    this.#alarms.add(alarm);
    this.#arm(alarm);
    return () => {
      this.#alarms.delete(alarm);
      alarm.cancel();
    };
  }

  push({ seconds }: { readonly seconds: number }): void {
    this.#aheadMs += seconds * 1000;
    for (const alarm of this.#alarms) {
      alarm.cancel();
      this.#arm(alarm);
    }
  }

  #arm(alarm: Alarm): void {
    alarm.cancel = systemClock.ringAt(alarm.at - this.#aheadMs, () => {
      this.#alarms.delete(alarm);
      alarm.ring();
    });
  }
}
