/** What can go wrong on the wire on purpose: the n-th call (from 1) of a method and path. */
export type Fault = {
  method: string;
  /** Matches the start of the path, without the query. */
  path: string;
  call: number;
  /** Answered instead of the real answer. */
  answer?: { status: number; body: unknown; headers?: Record<string, string> };
  delayMilliseconds?: number;
  /** Cuts the connection: before the call has any effect, or after it was carried out and before the answer. */
  drop?: 'before' | 'after';
  /** Kills the workspace's process, as a machine that loses its power; its Spark goes with it. */
  kill?: 'before' | 'after';
};

/** Counts calls and hands out the fault that is due, if any. */
export class FaultPlan {
  readonly #faults: Fault[];
  readonly #log: (line: string) => void;
  readonly #calls = new Map<Fault, number>();

  constructor(faults: Fault[] = [], log: (line: string) => void) {
    this.#faults = faults;
    this.#log = log;
  }

  next(method: string, path: string): Fault | undefined {
    let due: Fault | undefined;
    for (const fault of this.#faults) {
      if (fault.method !== method || !path.startsWith(fault.path)) continue;
      const calls = (this.#calls.get(fault) ?? 0) + 1;
      this.#calls.set(fault, calls);
      if (calls === fault.call) due ??= fault;
    }
    if (due) this.#log(`On purpose: a fault at call ${due.call} of ${method} ${due.path}.`);
    return due;
  }
}

export function dieIf(isDue: boolean): void {
  if (isDue) process.kill(process.pid, 'SIGKILL');
}
