/** What goes wrong on purpose: the n-th time (from 1) that a call is made. */
export type CallFault = {
  /** The call's name, such as `AppendFile`; see the table of the README. */
  call: string;
  time: number;
  kind: '429' | '503' | 'reset' | 'reset-after';
};

export class CallFaults {
  readonly #faults: CallFault[];
  readonly #times = new Map<string, number>();

  constructor(faults: CallFault[] = []) {
    this.#faults = faults;
  }

  next(call: string): CallFault['kind'] | undefined {
    const time = (this.#times.get(call) ?? 0) + 1;
    this.#times.set(call, time);
    return this.#faults.find((fault) => fault.call === call && fault.time === time)?.kind;
  }
}
