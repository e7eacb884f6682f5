/** What goes wrong with events on purpose; each names the n-th event (from 1) of a subscription. */
export type EventFaults = {
  /** Never delivered. */
  drop?: number[];
  /** Delivered twice. */
  duplicate?: number[];
  /** Delivered this much later. */
  delay?: { event: number; milliseconds: number }[];
  /** Delivered after the event that follows it. */
  reorder?: number[];
  /** The same by share, from 0 to 1: which events are hit depends on their number and the seed alone. */
  shares?: { drop?: number; duplicate?: number; reorder?: number; seed?: number };
};

export type Fate = { isDropped: boolean; isDoubled: boolean; isReordered: boolean; lateMilliseconds?: number };

export function fateOf(n: number, faults: EventFaults): Fate {
  const { drop = [], duplicate = [], delay = [], reorder = [], shares = {} } = faults;
  const chance = chances((shares.seed ?? 1) * 1_000_003 + n);
  const late = delay.find((one) => one.event === n)?.milliseconds;
  return {
    isDropped: drop.includes(n) || chance() < (shares.drop ?? 0),
    isDoubled: duplicate.includes(n) || chance() < (shares.duplicate ?? 0),
    isReordered: reorder.includes(n) || chance() < (shares.reorder ?? 0),
    ...(late === undefined ? {} : { lateMilliseconds: late }),
  };
}

/** What befalls the event, in words. */
export function namesOf({ isDoubled, isDropped, isReordered, lateMilliseconds }: Fate): string[] {
  if (isDropped) return ['dropped'];
  const late = lateMilliseconds === undefined ? [] : ['late'];
  return [...(isDoubled ? ['doubled'] : []), ...(isReordered ? ['reordered'] : []), ...late];
}

/** Numbers from 0 to 1 that look random and are the same every time. */
function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
