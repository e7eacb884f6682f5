import { describe, expect, it } from 'vitest';
import { createRowsQuery, toCell } from '../../../medallion/releases/rows-query.ts';
import { createTableContract } from '../../support/fake-ports.ts';

const toColumn = ([name, type]: readonly [string, string]) => ({
  name,
  type,
  required: true,
  description: 'A column.',
});

const sales = {
  ...createTableContract('gold.sales'),
  columns: (
    [
      ['id', 'string'],
      ['day', 'date'],
      ['paid', 'double'],
      ['items', 'array<string>'],
    ] as const
  ).map(toColumn),
  display: { order: ['-day'] },
};

describe('the query for rows of a table', () => {
  it('reads the view of readers, in the order of the contract, with the keys last', () => {
    expect(createRowsQuery(sales, { limit: 20 })).toBe(
      `SELECT source.id, CAST(source.day AS STRING) AS day, source.paid, to_json(source.items) AS items
FROM gold.sales AS source ORDER BY source.day DESC, source.id LIMIT 20`,
    );
  });

  it('sorts as it is told to, and names no column twice', () => {
    expect(createRowsQuery(sales, { limit: 1, order: ['-id', 'paid'] })).toContain(
      'ORDER BY source.id DESC, source.paid LIMIT 1',
    );
  });

  it('sorts by nothing where there is nothing to sort by', () => {
    const { display: _, ...plain } = sales;
    expect(createRowsQuery({ ...plain, keys: [] }, { limit: 1 })).toMatch(/AS source LIMIT 1$/);
  });
});

it.for([
  [null, null],
  [undefined, null],
  [true, true],
  [1.5, 1.5],
  [2n, 2],
  [2n ** 60n, '1152921504606846976'],
  [Number.NaN, 'NaN'],
  ['2026-01-01', '2026-01-01'],
] as const)('a cell of %s is %s in JSON', ([value, cell]) => {
  expect(toCell(value)).toBe(cell);
});
