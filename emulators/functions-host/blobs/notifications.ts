import type { FaultPlan } from '../../shared/fault-plan.ts';
import type { Clock } from '../clock.ts';
import type { AppFunction, CallFunction } from '../functions.ts';
import type { Log } from '../log.ts';
import { Scheduler } from '../scheduler.ts';
import type { Store } from '../store.ts';
import { WorkerLostError } from '../worker/app-process.ts';
import { type BlobEvent, findBlobPlace } from './event.ts';
import { matchPath } from './path-pattern.ts';
import { createMetadata, createReference } from './trigger-input.ts';

interface Notification {
  readonly n: number;
  readonly functionName: string;
  readonly event: string;
  readonly tries: number;
}

interface NotificationOptions {
  readonly functions: readonly AppFunction[];
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly faults: FaultPlan;
  readonly call: CallFunction;
  readonly parallelism: number;
  readonly maxTries: number;
}

const firstRetryMs = 1000;
const poisonQueue = 'webjobs-blobtrigger-poison';

/** The queue between webhook and function. A notification is committed before it is acknowledged and runs at least once. */
export class Notifications {
  readonly #options: NotificationOptions;
  readonly #scheduler: Scheduler;
  #isStopping = false;

  constructor(options: NotificationOptions) {
    this.#options = options;
    const { store, clock, log, parallelism } = options;
    this.#scheduler = new Scheduler({
      name: 'Blob notification',
      clock,
      log,
      concurrency: parallelism,
      due: (now, busy) =>
        store
          .select<Notification>(
            'SELECT * FROM notifications WHERE due <= ? ORDER BY n LIMIT ?',
            now,
            parallelism + busy.size,
          )
          .map((notification) => ({ key: String(notification.n), run: () => this.#run(notification) })),
      nextDue: (now) =>
        store.selectOne<{ due: number | null }>('SELECT min(due) AS due FROM notifications WHERE due > ?', now)?.due ??
        undefined,
    });
  }

  start(): void {
    this.#scheduler.start();
  }

  stop(): Promise<void> {
    this.#isStopping = true;
    return this.#scheduler.stop();
  }

  /** Takes the events of one delivery, all or none. */
  accept(target: AppFunction, events: readonly BlobEvent[]): void {
    const { store, clock, faults } = this.#options;
    store.transaction(() => {
      for (const event of events) {
        const due = faults.next('notification');
        const effects = due.map((fault) => fault.do);
        if (effects.includes('drop')) continue;
        const delayMs = due.find((fault) => fault.do === 'delay')?.milliseconds ?? 0;
        for (let copy = effects.includes('duplicate') ? 2 : 1; copy > 0; copy -= 1) {
          store.run(
            'INSERT INTO notifications(functionName, event, tries, due) VALUES(?, ?, 0, ?)',
            target.name,
            JSON.stringify(event),
            clock.now() + delayMs,
          );
        }
      }
    });
    this.#scheduler.wake();
  }

  async #run(notification: Notification): Promise<void> {
    const { functions, log, store } = this.#options;
    const target = functions.find(({ name }) => name === notification.functionName);
    if (target) await this.#deliver(target, notification);
    else {
      log(
        'warning',
        `The app no longer has the blob function '${notification.functionName}'; its notification is dropped.`,
      );
      store.run('DELETE FROM notifications WHERE n = ?', notification.n);
    }
  }

  async #deliver(target: AppFunction, notification: Notification): Promise<void> {
    const { call, clock, log, store } = this.#options;
    const event = JSON.parse(notification.event) as BlobEvent;
    const place = findBlobPlace(event);
    const expressions = place
      ? matchPath(String(target.trigger['path']), `${place.container}/${place.name}`)
      : undefined;
    if (place && expressions) {
      try {
        const details = createMetadata({ target, place, event, expressions, now: clock.now() });
        await call(target, { [target.triggerName]: createReference(target, place) }, { triggerMetadata: details });
      } catch (error) {
        if (this.#isStopping && error instanceof WorkerLostError) throw error;
        this.#fail(notification, error as Error);
        return;
      }
    } else log('debug', `'${event.subject}' is not for '${target.name}'; its notification is dropped.`);
    store.run('DELETE FROM notifications WHERE n = ?', notification.n);
  }

  /** Only ended tries count; what was under way when the host died has not been tried. */
  #fail({ n, functionName, event, tries }: Notification, error: Error): void {
    const { store, clock, log, maxTries } = this.#options;
    const attempts = tries + 1;
    if (attempts < maxTries) {
      const delayMs = firstRetryMs * 2 ** tries;
      log(
        'warning',
        `Function '${functionName}' failed at try ${attempts} of ${maxTries} and is tried again in ${delayMs} ms: ${error.message}`,
      );
      store.run('UPDATE notifications SET tries = ?, due = ? WHERE n = ?', attempts, clock.now() + delayMs, n);
      return;
    }
    // The host's own words, for which alerts look.
    const moved = `Message has reached MaxDequeueCount of ${attempts}. Moving message to queue '${poisonQueue}'.`;
    log('error', `${moved} Function '${functionName}': ${error.message}`);
    store.transaction(() => {
      store.run(
        'INSERT INTO poison(functionName, message, reason, at) VALUES(?, ?, ?, ?)',
        functionName,
        createPoisonMessage(functionName, JSON.parse(event) as BlobEvent),
        error.message,
        clock.now(),
      );
      store.run('DELETE FROM notifications WHERE n = ?', n);
    });
  }
}

/** The shape of the messages on the queue of the host, which is a table here. */
function createPoisonMessage(functionName: string, event: BlobEvent): string {
  const place = findBlobPlace(event);
  return JSON.stringify({
    FunctionId: `Host.Functions.${functionName}`,
    BlobType: event.data?.blobType,
    ContainerName: place?.container,
    BlobName: place?.name,
    ETag: event.data?.eTag,
  });
}
