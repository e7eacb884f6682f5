import type { FaultPlan } from '../../shared/fault-plan.ts';
import type { Clock } from '../clock.ts';
import type { CallFunction } from '../functions.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';
import type { TimerLimits } from './episode.ts';
import type { FunctionRegistry } from './function-registry.ts';
import type { Instances } from './instances.ts';

/** What every part of the engine works with. */
export interface TaskHub {
  readonly store: Store;
  readonly instances: Instances;
  readonly registry: FunctionRegistry;
  readonly call: CallFunction;
  readonly clock: Clock;
  readonly log: Log;
  readonly faults: FaultPlan;
  readonly isStrict: boolean;
  /** How often one piece of work may go down with the app's process before it is given up. */
  readonly maxLosses: number;
  readonly timerLimits: TimerLimits;
  readonly isStopping: boolean;
  /** To call after a commit that left something to do. */
  wake(): void;
}
