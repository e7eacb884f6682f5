import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Refusal } from './refusal.ts';

/** What goes wrong on purpose: the n-th time (from 1) that a call is made. */
export type CallFault = {
  /** The call's name, such as `AppendFile`; see the table of the README. */
  call: string;
  time: number;
  /** `reset` and `kill` come before the call has any effect, those with `-after` when it has had all of it. */
  kind: '429' | '500' | '503' | 'reset' | 'reset-after' | 'kill' | 'kill-after' | 'delay';
  /** Of a delay. */
  milliseconds?: number;
};

const SAYINGS: Record<string, [number, string, string]> = {
  '429': [429, 'TooManyRequests', 'The server is busy.'],
  '500': [500, 'InternalError', 'The server encountered an internal error.'],
  '503': [503, 'ServerBusy', 'The server is busy.'],
};

export class CallFaults {
  readonly #faults: CallFault[];
  readonly #log: (line: string) => void;
  readonly #times = new Map<string, number>();

  constructor(faults: CallFault[] = [], log: (line: string) => void) {
    this.#faults = faults;
    this.#log = log;
  }

  next(call: string): CallFault | undefined {
    const time = (this.#times.get(call) ?? 0) + 1;
    this.#times.set(call, time);
    const due = this.#faults.find((fault) => fault.call === call && fault.time === time);
    if (due) this.#log(`On purpose: ${due.kind} of ${call} ${time}.`);
    return due;
  }
}

/** Lets a fault happen before the call; answers whether there is no connection left to answer on. */
export async function befalls({ kind, milliseconds = 0 }: CallFault, request: IncomingMessage): Promise<boolean> {
  const [status, code, message] = SAYINGS[kind] ?? [];
  if (status !== undefined && code !== undefined && message !== undefined) {
    throw new Refusal(status, code, message, status === 500 ? {} : { 'retry-after': '1' });
  }
  if (kind === 'kill') die();
  if (kind === 'delay') await wait(milliseconds);
  if (kind === 'reset') request.socket.destroy();
  return kind === 'reset';
}

/** As a machine that loses its power. */
export function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
