import type { Log } from './log.ts';

/** Faults to inject, each at the n-th occurrence of its kind (counted from 1 since the host started). */
export type Fault =
  | { readonly kind: 'duplicateNotification'; readonly nth: number }
  | { readonly kind: 'delayNotification'; readonly nth: number; readonly seconds: number }
  | { readonly kind: 'dropNotification'; readonly nth: number }
  /** The activity ran, but its completion is lost before it is stored; it runs again. */
  | { readonly kind: 'dropCompletion'; readonly nth: number }
  | { readonly kind: 'duplicateCompletion'; readonly nth: number }
  /** The app's process is killed right after its n-th call was handed over. */
  | { readonly kind: 'killWorker'; readonly nth: number }
  /** The host itself is killed there, and the app's process with it. */
  | { readonly kind: 'killHost'; readonly nth: number };

type Occasion = 'notification' | 'completion' | 'call';

const occasionOf: Record<Fault['kind'], Occasion> = {
  duplicateNotification: 'notification',
  delayNotification: 'notification',
  dropNotification: 'notification',
  dropCompletion: 'completion',
  duplicateCompletion: 'completion',
  killWorker: 'call',
  killHost: 'call',
};

export class Faults {
  readonly #faults: readonly Fault[];
  readonly #log: Log;
  readonly #seen: Record<Occasion, number> = { notification: 0, completion: 0, call: 0 };

  constructor(faults: readonly Fault[], log: Log) {
    this.#faults = faults;
    this.#log = log;
  }

  /** Counts one occurrence and says which fault, if any, is due at it. */
  at(occasion: Occasion): Fault | undefined {
    this.#seen[occasion] += 1;
    const nth = this.#seen[occasion];
    const due = this.#faults.find((fault) => occasionOf[fault.kind] === occasion && fault.nth === nth);
    if (due) this.#log('information', `On purpose: ${due.kind} at ${occasion} ${nth}.`);
    return due;
  }
}
