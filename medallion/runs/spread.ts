import { createHash } from 'node:crypto';

/** From half to all of a time, by the seed: the same in every replay, and another for everybody else. */
export function spread(seconds: number, seed: string): number {
  const share = createHash('sha256').update(seed).digest().readUInt32BE(0) / 2 ** 32;
  return seconds * (0.5 + share / 2);
}
