import type { RetryOptions } from './actions.ts';

/**
 * Task ids never travel: the SDK and the engine count for themselves. This is what one execution has to remember
 * between episodes so that both counts stay the same; it is stored in the same transaction as the history.
 */
export interface ReplayState {
  nextId: number;
  /** The clock of the last episode; the next one is later, or a long timer would arm itself again. */
  clock: number;
  readonly seen: SeenAction[];
  readonly open: Record<string, OpenTask>;
  readonly series: Series[];
}

export type Callee = 'activity' | 'orchestration';

export interface SeenAction {
  readonly print: string;
  readonly input: string;
  readonly series?: number;
}

export interface OpenTask {
  readonly kind: Callee | 'timer';
  readonly name: string;
  readonly series?: number;
  readonly due?: number;
}

export interface Request {
  readonly callee: Callee;
  readonly name: string;
  readonly input: string | null;
  readonly instanceId?: string;
  readonly version?: string;
}

/** A task of the SDK that takes more than one id in its life. */
export type Series =
  | { readonly kind: 'retry'; readonly request: Request; readonly retry: RetryOptions; attempt: number }
  | { readonly kind: 'timer'; readonly fireAt: number; isCancelled: boolean };

export function createReplayState(clock = 0): ReplayState {
  return { nextId: 0, clock, seen: [], open: {}, series: [] };
}
