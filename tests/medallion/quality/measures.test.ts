import { describe, expect, it } from 'vitest';
import { fillMeasures, listMeasures, looksBackAtRows } from '../../../medallion/quality/measures.ts';

const query =
  'SELECT 1 WHERE (SELECT count(*) FROM {silver.a}) * 2 < (SELECT count(*) FROM {silver.a@released}) + (SELECT max(n) FROM {gold.b@released})';

describe('a rule that looks back', () => {
  it('names the numbers to keep, each once', () => {
    expect(listMeasures([{ query }, { query }])).toEqual([
      { key: 'count(*) FROM silver.a', query: 'SELECT count(*) FROM {silver.a}' },
      { key: 'max(n) FROM gold.b', query: 'SELECT max(n) FROM {gold.b}' },
    ]);
  });

  it('is evaluated with the numbers that were kept, and with those of now where none was', () => {
    expect(fillMeasures(query, { 'count(*) FROM silver.a': 12 })).toBe(
      'SELECT 1 WHERE (SELECT count(*) FROM {silver.a}) * 2 < (12) + (SELECT max(n) FROM {gold.b})',
    );
  });

  it('may not look at rows, which do not stay', () => {
    expect(looksBackAtRows(query)).toBe(false);
    expect(looksBackAtRows('SELECT id FROM {silver.a} EXCEPT SELECT id FROM {silver.a@released}')).toBe(true);
  });
});
