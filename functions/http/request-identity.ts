import { createHash, randomUUID } from 'node:crypto';

/**
 * What a request calls the things that it makes. A request with an `Idempotency-Key` gives them the same names whenever it
 * is sent again, so whoever repeats it finds what is there already.
 */
export interface RequestIdentity {
  /** When the request first came. */
  readonly at: string;
  createId(): string;
}

export const createIdentity = (now: Date): RequestIdentity => ({ at: now.toISOString(), createId: randomUUID });

/** `key` stands for the request. Its ids follow from the key and from how many were made before. */
export function createKeyedIdentity(key: string, at: string): RequestIdentity {
  let count = 0;
  const createId = () => {
    const digits = createHash('sha256').update(`${key}\n${++count}`).digest('hex');
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      digits.slice(12, 16),
      digits.slice(16, 20),
      digits.slice(20, 32),
    ].join('-');
  };
  return { at, createId };
}
