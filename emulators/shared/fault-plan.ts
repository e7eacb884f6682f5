import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault, Faults, Service, When } from './faults.ts';

/** Counts the calls of one emulator since it started, and hands out the faults that are due. */
export class FaultPlan {
  readonly #service: Service;
  readonly #plan: Faults;
  readonly #log: (line: string) => void;
  readonly #startedAt: number;
  readonly #counts = new Map<string, number>();
  readonly #occurrences = new Map<Fault, number>();
  /** How often each call came in the second that is on. */
  readonly #rates = new Map<string, { readonly second: number; readonly count: number }>();

  constructor(service: Service, plan: Faults = { faults: [] }, log: (line: string) => void) {
    this.#service = service;
    this.#plan = plan;
    this.#log = log;
    this.#startedAt = plan.startedAt ?? Date.now();
  }

  /** Counts one occurrence of a call with its text. What is dropped is nowhere, so nothing else can happen to it. */
  next(call: string, text = ''): readonly Fault[] {
    const n = (this.#counts.get(call) ?? 0) + 1;
    this.#counts.set(call, n);
    const second = (Date.now() - this.#startedAt) / 1000;
    const planned = this.#plan.faults.filter(({ at }) => at.service === this.#service && isPlanned(at, call, text));
    for (const fault of planned) this.#occurrences.set(fault, this.#getOccurrences(fault) + 1);
    const due = this.#selectDue(planned, n, this.#countInSecond(call)).filter(({ at }) => isDuring(at, second));
    const drop = due.find((fault) => fault.do === 'drop');
    const faults = drop === undefined ? due : [drop];
    for (const fault of faults) this.#log(`On purpose: ${fault.do} at ${call} ${n}.`);
    return faults;
  }

  /** How many calls so far one fault could have hit. */
  #getOccurrences(fault: Fault): number {
    return this.#occurrences.get(fault) ?? 0;
  }

  /** Each share has a chance of its own at each occurrence, in the order of the file. */
  #selectDue(planned: readonly Fault[], n: number, countInSecond: number): Fault[] {
    const nextChance = createChances((this.#plan.seed ?? 1) * 1_000_003 + n);
    return planned.filter((fault) => {
      const { above, nth, share } = fault.at;
      if (above !== undefined) return countInSecond > above;
      if (share !== undefined) return nextChance() < share;
      return nth === undefined || nth === this.#getOccurrences(fault);
    });
  }

  #countInSecond(call: string): number {
    const second = Math.floor(Date.now() / 1000);
    const before = this.#rates.get(call);
    const count = before?.second === second ? before.count + 1 : 1;
    this.#rates.set(call, { second, count });
    return count;
  }
}

/** Calls that come in as requests begin with a capital letter, and `*` is each of them. */
const isPlanned = (at: Fault['at'], call: string, text: string) =>
  (at.call === call || (at.call === '*' && /^[A-Z]/.test(call))) && text.includes(at.match ?? '');

const isDuring = ({ from = 0, to = Number.POSITIVE_INFINITY }: Fault['at'], second: number) =>
  from <= second && second < to;

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
