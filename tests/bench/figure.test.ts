import { describe, expect, it } from 'vitest';
import { compare, computeMedian, computeQuantile, toTable } from '../../bench/figure.ts';

describe('computeQuantile', () => {
  it('is a value that was measured, in whatever order', () => {
    expect(computeQuantile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(computeQuantile([4, 1, 3, 2], 0.99)).toBe(4);
    expect(computeMedian([7])).toBe(7);
  });

  it('is not a number where nothing was measured', () => {
    expect(computeQuantile([], 0.5)).toBeNaN();
  });
});

describe('compare', () => {
  it('says how many times faster we are, and whether that is enough', () => {
    const { goal, ratio } = compare('set 1', 2, ['peer', 20], 5);
    expect(ratio).toBe('10.0 times faster');
    expect(goal).toEqual({ text: '5 times faster', isMet: true });
  });

  it('does not hide that a peer is faster', () => {
    const { goal, ratio } = compare('set 1', 20, ['bound', 2], 5);
    expect(ratio).toBe('10.0 times slower');
    expect(goal?.isMet).toBe(false);
  });
});

describe('toTable', () => {
  it('is Markdown, and marks a goal that was missed', () => {
    expect(toTable([compare('a', 1, ['b', 1], 2)])).toBe(
      [
        '| what | ours   | peer      | ratio            | goal                       |',
        '| ---- | ------ | --------- | ---------------- | -------------------------- |',
        '| a    | 1.00 s | b: 1.00 s | 1.0 times faster | 2 times faster: **missed** |',
      ].join('\n'),
    );
  });
});
