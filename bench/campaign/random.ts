import { createChances } from '../../emulators/shared/fault-plan.ts';

export interface Random {
  /** From 0 up to, and without, the limit. */
  next(limit: number): number;
  /** One of them, or nothing if there is none. */
  choose<Item>(items: readonly Item[]): Item | undefined;
}

/** The same seed gives the same numbers. */
export function createRandom(seed: number): Random {
  const nextChance = createChances(seed);
  const next = (limit: number) => Math.floor(nextChance() * limit);
  return { next, choose: (items) => items[next(items.length)] };
}
