import { describe, expect, it } from 'vitest';
import { Display, findDisplayErrors, toSortedColumn, toSortTerm } from '../../../medallion/contracts/display.ts';
import { createTableContract } from '../../support/fake-ports.ts';

const columns = [
  { name: 'day', type: 'date', required: true, description: 'The day.' },
  { name: 'buyer', type: 'string', required: true, description: 'Who.', classification: 'personal' as const },
  { name: 'paid', type: 'double', required: true, description: 'How much.' },
  { name: 'limit', type: 'int', required: true, description: 'A limit.', classification: 'personal' as const },
];

const findErrors = (display: unknown, table = 'gold.sales') =>
  findDisplayErrors({ tables: [{ ...createTableContract(table), columns, display: Display.parse(display) }] });

describe('how a table is shown', () => {
  it('is an order, and a chart of bars or of ranges', () => {
    expect(findErrors({ order: ['-day', 'buyer'] })).toEqual([]);
    expect(findErrors({ order: ['day'], chart: { kind: 'bars', x: 'day', y: ['paid'] } })).toEqual([]);
    expect(findErrors({ order: ['day'], chart: { kind: 'range', x: 'day', low: 'paid', high: 'paid' } })).toEqual([]);
  });

  it('names columns of the table alone', () => {
    expect(findErrors({ order: ['-when'], chart: { kind: 'bars', x: 'where', y: ['minutes'] } })).toEqual([
      "gold.sales: display: not a column; found 'when'",
      "gold.sales: display: not a column; found 'where'",
      "gold.sales: display: not a column; found 'minutes'",
    ]);
  });

  it('draws numbers that every reader sees', () => {
    const chart = { kind: 'range', x: 'buyer', low: 'day', dot: 'limit', high: 'paid' };
    expect(findErrors({ order: ['day'], chart })).toEqual([
      "gold.sales: display: only numbers can be drawn; 'day' is date",
      "gold.sales: display: 'limit' is personal: readers would see its mask",
    ]);
  });

  it('is of gold, which readers see', () => {
    expect(findErrors({ order: ['day'] }, 'silver.sales')).toEqual([
      'silver.sales: display: only gold tables are shown to readers',
    ]);
  });

  it('is refused with a kind that nobody draws, or an order of anything but columns', () => {
    expect(Display.safeParse({ order: ['day'], chart: { kind: 'pie', x: 'day', y: ['paid'] } }).success).toBe(false);
    expect(Display.safeParse({ order: ['day DESC'] }).success).toBe(false);
    expect(Display.safeParse({ order: [] }).success).toBe(false);
  });
});

it('a column is sorted by in either direction', () => {
  expect(['-day', 'day'].map(toSortedColumn)).toEqual(['day', 'day']);
  expect(['-day', 'day'].map(toSortTerm)).toEqual(['day DESC', 'day']);
});
