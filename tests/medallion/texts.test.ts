import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shorten } from '../../medallion/texts.ts';

describe('shorten', () => {
  it('keeps what fits, and marks what was cut', () => {
    expect(shorten('abc', 3)).toBe('abc');
    expect(shorten('abcd', 3)).toBe('ab…');
  });

  it('never gives more than it may, nor half of a letter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 2, max: 20 }), (text, max) => {
        const short = shorten(text, max);
        expect(short.length).toBeLessThanOrEqual(max);
        expect(short.isWellFormed()).toBe(text.isWellFormed());
      }),
    );
  });
});
