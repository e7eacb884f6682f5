import { describe, expect, it } from 'vitest';
import { findBreaks, findUnversionedChanges } from '../../../medallion/contracts/breaking-changes.ts';
import type { ColumnContract, Contracts, TableContract } from '../../../medallion/contracts/contract.ts';
import { createTableContract } from '../../support/fake-ports.ts';

const id: ColumnContract = { name: 'id', type: 'int', required: true, description: 'The id.' };
const note: ColumnContract = { name: 'note', type: 'string', required: false, description: 'A note.' };
const at = (columns: ColumnContract[], change: Partial<TableContract> = {}): Contracts => ({
  landing: [],
  tables: [{ ...createTableContract('gold.summary'), columns, ...change }],
});
const before = at([id, note]);
const listBreaks = (now: Contracts) => findBreaks(before, now).map(({ what }) => what);

describe('findBreaks', () => {
  it.for([
    ['a column that is gone', at([id]), "column 'note' is gone"],
    ['another type', at([{ ...id, type: 'string' }, note]), "column 'id' went from int to string"],
    ['a column that may be empty', at([{ ...id, required: false }, note]), "column 'id' may now be empty"],
    ['a mask', at([id, { ...note, classification: 'personal' }]), "column 'note' is now masked"],
    ['another key', at([id, note], { keys: ['id', 'note'] }), 'its key went from (id) to (id,note)'],
  ] as [string, Contracts, string][])('tells of %s', ([, now, what]) => {
    expect(listBreaks(now)).toEqual([what]);
  });

  it('lets a new major version break what it wants', () => {
    expect(listBreaks(at([id], { version: '2.0.0' }))).toEqual([]);
    expect(listBreaks(at([id], { version: '1.1.0' }))).toEqual(["column 'note' is gone"]);
  });

  it('knows what nobody stumbles over', () => {
    const more: ColumnContract = { ...note, name: 'more' };
    expect(listBreaks(at([{ ...id, type: 'bigint', description: 'Better.' }, note, more]))).toEqual([]);
    expect(findBreaks(before, { landing: [], tables: [] })).toEqual([]);
  });
});

describe('findUnversionedChanges', () => {
  it('tells of columns that changed in silence', () => {
    expect(findUnversionedChanges(before, at([id, { ...note, description: 'Other.' }]))).toEqual([
      { contract: 'gold.summary', what: 'its columns changed, but its version is still 1.0.0' },
    ]);
    expect(findUnversionedChanges(before, at([id], { version: '1.0.1' }))).toEqual([]);
    expect(findUnversionedChanges(before, before)).toEqual([]);
  });
});
