import type { FaultPlan } from '../../shared/fault-plan.ts';
import type { Clock } from '../clock.ts';
import type { CallFunction } from '../functions.ts';
import type { Log } from '../log.ts';
import { Scheduler } from '../scheduler.ts';
import type { Store } from '../store.ts';
import { Activities } from './activities.ts';
import { Completion } from './completion.ts';
import { azureTimerLimits, type TimerLimits } from './episode.ts';
import type { FunctionRegistry } from './function-registry.ts';
import { type Message, parked, type Work } from './instance.ts';
import { Instances } from './instances.ts';
import { Orchestrations } from './orchestrations.ts';
import type { TaskHub } from './task-hub.ts';

interface EngineOptions {
  readonly store: Store;
  readonly call: CallFunction;
  readonly registry: FunctionRegistry;
  readonly clock: Clock;
  readonly log: Log;
  readonly faults: FaultPlan;
  readonly isStrict: boolean;
  readonly maxLosses: number;
  readonly concurrentEpisodes: number;
  readonly concurrentActivities: number;
}

/** One message per instance: what fell due first, though it was stored later. SQLite takes the row of the minimum. */
const dueMessagesSql = `
  SELECT min(printf('%016d%016d', m.due, m.n)) AS place, m.n AS n, m.id AS id, m.execution AS execution, m.event AS event
  FROM inbox m LEFT JOIN instances i ON i.id = m.id
  WHERE m.due <= ? AND (i.isSuspended IS NOT 1 OR m.passes = 1)
  GROUP BY m.id ORDER BY place`;

/** Runs durable functions out of the store; everything it acts on is committed first. */
export class Engine implements TaskHub {
  readonly store: Store;
  readonly call: CallFunction;
  readonly registry: FunctionRegistry;
  readonly clock: Clock;
  readonly log: Log;
  readonly faults: FaultPlan;
  readonly isStrict: boolean;
  readonly maxLosses: number;
  readonly instances: Instances;
  readonly timerLimits: TimerLimits = azureTimerLimits;
  isStopping = false;
  readonly #episodes: Scheduler;
  readonly #activities: Scheduler;

  constructor(options: EngineOptions) {
    const { store, clock, log } = options;
    this.store = store;
    this.call = options.call;
    this.registry = options.registry;
    this.clock = clock;
    this.log = log;
    this.faults = options.faults;
    this.isStrict = options.isStrict;
    this.maxLosses = options.maxLosses;
    this.instances = new Instances(store);
    const orchestrations = new Orchestrations(this, new Completion(this));
    const activities = new Activities(this);
    this.#episodes = new Scheduler({
      name: 'Orchestration',
      clock,
      log,
      concurrency: options.concurrentEpisodes,
      due: (now) =>
        store
          .select<Message>(dueMessagesSql, now)
          .map((message) => ({ key: message.id, run: () => orchestrations.runEpisode(message) })),
      nextDue: (now) => this.#nextDue(now),
    });
    this.#activities = new Scheduler({
      name: 'Activity',
      clock,
      log,
      concurrency: options.concurrentActivities,
      due: (_, busy) =>
        store
          .select<Work>('SELECT * FROM work ORDER BY n LIMIT ?', options.concurrentActivities + busy.size)
          .map((work) => ({ key: String(work.n), run: () => activities.run(work) })),
      nextDue: () => undefined,
    });
  }

  start(): void {
    this.#episodes.start();
    this.#activities.start();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all([this.#episodes.stop(), this.#activities.stop()]);
  }

  wake(): void {
    this.#episodes.wake();
    this.#activities.wake();
  }

  #nextDue(now: number): number | undefined {
    const row = this.store.selectOne<{ due: number | null }>(
      'SELECT min(due) AS due FROM inbox WHERE due > ? AND due < ?',
      now,
      parked,
    );
    return row?.due ?? undefined;
  }
}
