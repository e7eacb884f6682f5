import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideValues, shorten } from '../../medallion/texts.ts';

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

describe('hideValues', () => {
  const cast =
    '[CAST_INVALID_INPUT] The value \'Ann Quagmire\' of the type "STRING" cannot be cast to "INT" because it is malformed. SQLSTATE: 22018';

  it.for([
    ['a refused cast', cast],
    [
      'one deep in the error of a job',
      `PySparkRuntimeError: at task 3:\nCaused by: ${cast}\n== SQL ==\nSELECT 'Ann Quagmire'`,
    ],
    ['one with its state behind it', `${cast.replace(' SQLSTATE: 22018', '')} (SQLSTATE 22018)`],
    ['a broken constraint', '[DELTA_VIOLATE_CONSTRAINT_WITH_VALUES] name : Ann Quagmire SQLSTATE: 23001'],
  ] as const)('leaves name and SQLSTATE of %s', ([, message]) => {
    const text = hideValues(message);
    expect(text).not.toContain('Quagmire');
    expect(text).toMatch(/^\[[A-Z_]+\] SQLSTATE (22018|23001)\./);
  });

  it('leaves an error about tables and columns as it is', () => {
    const message = '[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `a` cannot be resolved. SQLSTATE: 42703';
    expect(hideValues(message)).toBe(message);
    expect(hideValues('It died.')).toBe('It died.');
  });
});
