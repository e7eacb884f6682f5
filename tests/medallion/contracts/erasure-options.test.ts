import { describe, expect, it } from 'vitest';
import { Erasure } from '../../../medallion/contracts/erasure-options.ts';

describe('a declaration of what an erasure does', () => {
  it('is kept for a reason only', () => {
    const kept = { subject: 'customer_id', action: 'keep' };

    expect(Erasure.safeParse(kept).success).toBe(false);
    expect(Erasure.safeParse({ ...kept, reason: 'The law.' }).success).toBe(true);
  });
});
