import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateSeconds } from '../../../medallion/reprocessing/estimate.ts';

describe('estimateSeconds', () => {
  it('knows nothing without history', () => {
    expect(estimateSeconds([], 100)).toBeUndefined();
  });

  it('goes along the line through what earlier runs took', () => {
    const samples = [100, 200, 400].map((rows) => ({ rows, seconds: 5 + rows / 100 }));
    expect(estimateSeconds(samples, 1000)).toBe(15);
  });

  it('takes what it always took when all runs were of one size', () => {
    const samples = [10, 20].map((seconds) => ({ rows: 7, seconds }));
    expect(estimateSeconds(samples, 7000)).toBe(15);
  });

  it('is never below zero, and never less for more rows', () => {
    const sample = fc.record({ rows: fc.nat(1_000_000), seconds: fc.double({ min: 0, max: 10_000, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1 }), fc.nat(1_000_000), fc.nat(1_000_000), (samples, a, b) => {
        const [less = 0, more = 0] = [Math.min(a, b), Math.max(a, b)].map(
          (rows) => estimateSeconds(samples, rows) ?? -1,
        );
        expect(less).toBeGreaterThanOrEqual(0);
        expect(more).toBeGreaterThanOrEqual(less);
      }),
    );
  });
});
