import type { ParentInstance } from './events.ts';

export type Status = 'Pending' | 'Running' | 'Suspended' | 'Completed' | 'Failed' | 'Terminated';

export interface Instance {
  readonly id: string;
  readonly execution: string;
  readonly name: string;
  readonly version: string;
  readonly status: Status;
  readonly input: string;
  readonly output: string | null;
  readonly customStatus: string | null;
  readonly created: number;
  readonly updated: number;
  /** JSON of `ParentInstance`. */
  readonly parent: string | null;
  readonly isSuspended: number;
  readonly replayState: string;
}

export interface Message {
  readonly n: number;
  readonly id: string;
  readonly execution: string | null;
  readonly event: string;
}

export interface Work {
  readonly n: number;
  readonly id: string;
  readonly execution: string;
  readonly task: number;
  readonly name: string;
  readonly input: string | null;
}

export interface NewInstance {
  readonly id: string;
  readonly execution: string;
  readonly name: string;
  readonly version: string;
  readonly input: string;
  readonly parent: ParentInstance | null;
  readonly now: number;
}

/** A message with this due time is kept for a rewind and is never delivered before. */
export const parked = Number.MAX_SAFE_INTEGER;

const endedStatuses: readonly Status[] = ['Completed', 'Failed', 'Terminated'];

export function hasEnded({ status }: { readonly status: Status }): boolean {
  return endedStatuses.includes(status);
}
