import { describe, expect, it } from 'vitest';
import { definitionsAfter, definitionsOf, staleTables } from '../../medallion/definition.ts';
import { tableOf } from '../support/world.ts';

const tables = [
  tableOf('silver.users'),
  tableOf('gold.a', { name: 'a_is_wrong' }),
  tableOf('gold.b', { name: 'b_is_wrong' }),
];
const code = { 'silver.users': '1', 'gold.a': '2', 'gold.b': '3' };
const now = definitionsOf(tables, code);

describe('a definition', () => {
  it('is the same for the same contract, in whatever order its parts are written', () => {
    const turned = tables.map(
      (table) => Object.fromEntries(Object.entries(table).reverse()) as unknown as typeof table,
    );
    expect(definitionsOf(turned, code)).toEqual(now);
  });

  it('of one table alone changes when one rule of it is edited', () => {
    const edited = tables.map((table) =>
      table.table === 'gold.a'
        ? tableOf('gold.a', { name: 'a_is_wrong', offenders: 'SELECT id FROM {gold.a} WHERE id < 0' })
        : table,
    );
    expect(staleTables(now, definitionsOf(edited, code))).toEqual(['gold.a']);
  });

  it('of one table alone changes when its code is edited', () => {
    expect(staleTables(now, definitionsOf(tables, { ...code, 'gold.b': '4' }))).toEqual(['gold.b']);
  });

  it('of a table that was never computed is not stale', () => {
    expect(staleTables({}, now)).toEqual([]);
  });
});

describe('definitionsAfter', () => {
  it('leaves a table that only followed changes as it was computed before', () => {
    const recorded = { 'gold.a': 'old', 'gold.b': 'old' };
    expect(definitionsAfter(recorded, { 'gold.a': 'new', 'gold.b': 'new', 'gold.c': 'new' }, ['gold.b'])).toEqual({
      'gold.a': 'old',
      'gold.b': 'new',
      'gold.c': 'new',
    });
  });
});
