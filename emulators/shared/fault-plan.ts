import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault, Faults, Service, When } from './faults.ts';

/** Counts the calls of one emulator since it started, and hands out the faults that are due. */
export class FaultPlan {
  readonly #service: Service;
  readonly #plan: Faults;
  readonly #log: (line: string) => void;
  readonly #counts = new Map<string, number>();
  /** How often each call came in the second that is on. */
  readonly #rates = new Map<string, { readonly second: number; readonly count: number }>();

  constructor(service: Service, plan: Faults = { faults: [] }, log: (line: string) => void) {
    this.#service = service;
    this.#plan = plan;
    this.#log = log;
  }

  /** Counts one occurrence of a call. What is dropped is nowhere, so nothing else can happen to it. */
  next(call: string): readonly Fault[] {
    const n = (this.#counts.get(call) ?? 0) + 1;
    this.#counts.set(call, n);
    const planned = this.#plan.faults.filter(({ at }) => at.service === this.#service && at.call === call);
    const due = selectDue(planned, n, this.#countInSecond(call), this.#plan.seed ?? 1);
    const drop = due.find((fault) => fault.do === 'drop');
    const faults = drop === undefined ? due : [drop];
    for (const fault of faults) this.#log(`On purpose: ${fault.do} at ${call} ${n}.`);
    return faults;
  }

  #countInSecond(call: string): number {
    const second = Math.floor(Date.now() / 1000);
    const before = this.#rates.get(call);
    const count = before?.second === second ? before.count + 1 : 1;
    this.#rates.set(call, { second, count });
    return count;
  }
}

/** Each share has a chance of its own at each occurrence, in the order of the file. */
function selectDue(planned: readonly Fault[], n: number, countInSecond: number, seed: number): Fault[] {
  const nextChance = createChances(seed * 1_000_003 + n);
  return planned.filter(({ at }) => {
    if (at.above !== undefined) return countInSecond > at.above;
    return at.share === undefined ? at.nth === n : nextChance() < at.share;
  });
}

/** Numbers from 0 to 1 that look random and are the same every time. */
export function createChances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Failure = Extract<Fault, { do: 'fail' }>;

/** Lets the faults of one side happen to a request. Answers what is left to do instead of what would be done. */
export async function applyFaults(
  faults: readonly Fault[],
  side: When,
  request: IncomingMessage,
): Promise<'disconnected' | Failure | undefined> {
  for (const fault of faults.filter((candidate) => getSide(candidate) === side)) {
    if (fault.do === 'delay') await wait(fault.milliseconds);
    if (fault.do === 'kill') killProcess();
    if (fault.do === 'disconnect') {
      request.socket.destroy();
      return 'disconnected';
    }
    if (fault.do === 'fail') return fault;
  }
  return undefined;
}

export function getSide(fault: Fault): When {
  return 'when' in fault ? (fault.when ?? 'before') : 'before';
}

/** As a machine that loses its power. */
export function killProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}
