import { describe, expect, it } from 'vitest';
import type { ColumnState, TableState } from '../../../medallion/catalog/state.ts';
import { listTableChanges } from '../../../medallion/catalog/table-changes.ts';
import type { ColumnContract, TableContract } from '../../../medallion/contracts/contract.ts';
import { createTableState } from '../../support/catalog.ts';
import { createTableContract } from '../../support/fake-ports.ts';

const id: ColumnContract = { name: 'id', type: 'int', required: true, description: 'The id.' };
const note: ColumnContract = { name: 'note', type: 'string', required: false, description: 'A note.' };
const contract: TableContract = { ...createTableContract('gold.visits'), columns: [id, note], clusteredBy: ['id'] };

const listChanges = (columns: ColumnContract[], rest: Partial<TableContract> = {}, state?: Partial<TableState>) =>
  listTableChanges({ ...contract, columns, ...rest }, createTableState(contract, state));
const listStatements = (...change: Parameters<typeof listChanges>) =>
  listChanges(...change).map(({ statement }) => statement);
const onColumn = (name: string, change: Partial<ColumnState>): Partial<TableState> => ({
  columns: createTableState(contract).columns.map((column) =>
    column.name === name ? { ...column, ...change } : column,
  ),
});

describe('listTableChanges', () => {
  it('finds nothing to do in a table that is as its contract says', () => {
    expect(listTableChanges(contract, createTableState(contract))).toEqual([]);
  });

  it('adds a column that may be empty', () => {
    const age: ColumnContract = { name: 'age', type: 'int', required: false, description: "It's the age." };
    expect(listStatements([id, note, age])[0]).toBe(
      "ALTER TABLE gold_published.visits ADD COLUMNS (age int COMMENT 'It\\'s the age.')",
    );
  });

  it('makes a table anew for a column that no row has, which loses rows', () => {
    const age: ColumnContract = { name: 'age', type: 'int', required: true, description: 'The age.' };
    expect(listChanges([id, note, age])).toMatchObject([
      { statement: 'DROP TABLE gold_published.visits', isDestructive: true },
      { statement: expect.stringContaining('CREATE TABLE IF NOT EXISTS gold_published.visits'), isDestructive: true },
    ]);
  });

  it('widens a type, and makes the table anew for any other', () => {
    expect(listStatements([{ ...id, type: 'bigint' }, note])).toEqual([
      "ALTER TABLE gold_published.visits SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')",
      'ALTER TABLE gold_published.visits ALTER COLUMN id TYPE bigint',
    ]);
    const [first] = listChanges([{ ...id, type: 'date' }, note]);
    expect(first?.what).toContain("'id' cannot go from int not null to date not null");
    expect(first?.isDestructive).toBe(true);
  });

  it('adds a field to a struct and keeps its rows', () => {
    const visit: ColumnContract = { name: 'visit', type: 'struct<a:int,b:int>', required: false, description: 'It.' };
    const state = createTableState({ ...contract, columns: [{ ...visit, type: 'struct<b:int>' }] });
    expect(listTableChanges({ ...contract, columns: [visit] }, state)).toMatchObject([
      { statement: 'ALTER TABLE gold_published.visits ADD COLUMNS (visit.a int FIRST)', isDestructive: false },
    ]);
  });

  it('lets a column be empty, and does not forbid it while rows are there', () => {
    expect(listStatements([{ ...id, required: false }, note])).toEqual([
      'ALTER TABLE gold_published.visits ALTER COLUMN id DROP NOT NULL',
    ]);
    expect(listChanges([id, { ...note, required: true }])[0]?.isDestructive).toBe(true);
  });

  it('quotes a column that somebody else has named', () => {
    const state = createTableState({ ...contract, columns: [id, { ...note, name: 'a.b` c' }] });
    expect(listTableChanges({ ...contract, columns: [id] }, state).map(({ statement }) => statement)).toContain(
      'ALTER TABLE gold_published.visits DROP COLUMN `a.b`` c`',
    );
  });

  it('drops a column only as something that loses data', () => {
    expect(listChanges([id]).filter(({ isDestructive }) => isDestructive)).toMatchObject([
      { what: 'map columns by name' },
      { statement: 'ALTER TABLE gold_published.visits DROP COLUMN note' },
    ]);
    const mapped = { properties: { ...createTableState(contract).properties, 'delta.columnMapping.mode': 'name' } };
    expect(listStatements([id], {}, mapped)[0]).toBe('ALTER TABLE gold_published.visits DROP COLUMN note');
  });

  it.for([
    ['a comment', { comment: 'Other.' }, "COMMENT ON TABLE gold_published.visits IS 'A table.'"],
    [
      'a description',
      onColumn('id', { comment: 'Other.' }),
      "ALTER TABLE gold_published.visits ALTER COLUMN id COMMENT 'The id.'",
    ],
    ['clustering', { clusteredBy: [] }, 'ALTER TABLE gold_published.visits CLUSTER BY (id)'],
    [
      'a tag',
      onColumn('note', { classification: 'personal' }),
      "ALTER TABLE gold_published.visits ALTER COLUMN note UNSET TAGS ('classification')",
    ],
  ] as [string, Partial<TableState>, string][])('puts %s right that was changed by hand', ([, state, statement]) => {
    expect(listStatements([id, note], {}, state)).toEqual([statement]);
  });

  it('puts properties right, all in one statement, and takes clustering away', () => {
    const properties = {
      ...createTableState(contract).properties,
      'delta.enableChangeDataFeed': 'true',
      'delta.feature.x': 'supported',
    };
    expect(listStatements([id, note], { clusteredBy: [] }, { properties })).toEqual([
      'ALTER TABLE gold_published.visits CLUSTER BY NONE',
      "ALTER TABLE gold_published.visits SET TBLPROPERTIES ('delta.enableChangeDataFeed' = 'false')",
    ]);
  });

  it('tags what has become personal', () => {
    expect(listStatements([id, { ...note, classification: 'personal' }])).toContain(
      "ALTER TABLE gold_published.visits ALTER COLUMN note SET TAGS ('classification' = 'personal')",
    );
  });
});
