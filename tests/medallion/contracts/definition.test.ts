import { describe, expect, it } from 'vitest';
import type { TableContract } from '../../../medallion/contracts/contract.ts';
import { getDefinitions, listStaleTables, mergeDefinitions } from '../../../medallion/contracts/definition.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createTableContract } from '../../support/fake-ports.ts';

const tables = [
  { ...createTableContract('bronze.user'), parts: [{ table: 'landed.users', record: 'user' }] },
  createTableContract('silver.users'),
  createTableContract('gold.a', { name: 'a_is_wrong' }),
  createTableContract('gold.b', { name: 'b_is_wrong' }),
];
const code = { engine: 1, tables: { 'silver.users': '1', 'gold.a': '2', 'gold.b': '3' } };
const landing = [aLanding('users', 'user')];
const now = getDefinitions({ landing, tables }, code);

describe('a definition', () => {
  it('is the same for the same contract, in whatever order its parts are written', () => {
    const turned = tables.map(
      (table) => Object.fromEntries(Object.entries(table).reverse()) as unknown as typeof table,
    );
    expect(getDefinitions({ landing, tables: turned }, code)).toEqual(now);
  });

  it('of one table alone changes when one rule of it is edited', () => {
    const edited = tables.map((table) =>
      table.table === 'gold.a'
        ? createTableContract('gold.a', { name: 'a_is_wrong', query: 'SELECT id FROM {gold.a} WHERE id < 0' })
        : table,
    );
    expect(listStaleTables(now, getDefinitions({ landing, tables: edited }, code))).toEqual(['gold.a']);
  });

  it('of one table alone changes when its code is edited', () => {
    const edited = { ...code, tables: { ...code.tables, 'gold.b': '4' } };
    expect(listStaleTables(now, getDefinitions({ landing, tables }, edited))).toEqual(['gold.b']);
  });

  it('of every table changes when the engine number is raised, also of one without sources of its own', () => {
    const all = [...tables, createTableContract('bronze.users')];
    const before = getDefinitions({ landing, tables: all }, code);
    expect(listStaleTables(before, getDefinitions({ landing, tables: all }, { ...code, engine: 2 }))).toEqual(
      all.map(({ table }) => table),
    );
  });

  it('changes with how the files are read that fill the table', () => {
    for (const change of [{ header: false }, { delimiter: ';' }]) {
      const other = landing.map((contract) => ({ ...contract, ...change }));
      expect(listStaleTables(now, getDefinitions({ landing: other, tables }, code))).toEqual(['bronze.user']);
    }
  });

  it('stays when only its readers or its display change, or a rule is suspended for a while', () => {
    const suspended = { until: '2026-02-01T00:00:00Z', reason: 'A backfill.', actor: 'ann' };
    const others = tables.map(
      (table): TableContract => ({
        ...table,
        readers: ['privacy'],
        display: { order: ['-id'] },
        tableRules: table.tableRules.map((rule) => ({ ...rule, suspended })),
      }),
    );
    expect(getDefinitions({ landing, tables: others }, code)).toEqual(now);
  });

  it('of a table that was never computed is not stale', () => {
    expect(listStaleTables({}, now)).toEqual([]);
  });
});

describe('mergeDefinitions', () => {
  it('leaves a view of bronze as its files were read, unless they were read again or it is new', () => {
    const recorded = { 'bronze.a': 'old', 'bronze.b': 'old' };
    expect(
      mergeDefinitions(recorded, { 'bronze.a': 'new', 'bronze.b': 'new', 'bronze.c': 'new' }, ['bronze.b']),
    ).toEqual({ 'bronze.a': 'old', 'bronze.b': 'new', 'bronze.c': 'new' });
  });

  it('takes every table above bronze as computed by its new definition', () => {
    expect(mergeDefinitions({ 'gold.a': 'old' }, { 'gold.a': 'new' }, [])).toEqual({ 'gold.a': 'new' });
  });
});
