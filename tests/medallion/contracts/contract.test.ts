import { expect, test } from 'vitest';
import { ColumnOptions, TableOptions, Tolerance } from '../../../medallion/contracts/contract.ts';

test('a column may be found under one name or several', () => {
  expect(ColumnOptions.parse({ source: 'timestamp' }).source).toEqual(['timestamp']);
  expect(ColumnOptions.parse({ source: ['timestamp', 'time'] }).source).toEqual(['timestamp', 'time']);
});

test('a table is clustered by at most four columns, as Delta allows', () => {
  expect(TableOptions.safeParse({ changeFeed: true, clusteredBy: ['a', 'b', 'c', 'd', 'e'] }).success).toBe(false);
});

test('a table has no deletion vectors unless its contract asks for them', () => {
  expect(TableOptions.parse({ changeFeed: true })).toEqual({
    clusteredBy: [],
    changeFeed: true,
    deletionVectors: false,
  });
});

test('a tolerance above all rows is refused', () => {
  expect(Tolerance.safeParse({ kind: 'percent', percent: 101 }).success).toBe(false);
});
