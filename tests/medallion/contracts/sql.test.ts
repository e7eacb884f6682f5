import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listTableChanges } from '../../../medallion/catalog/table-changes.ts';
import { findBreaks } from '../../../medallion/contracts/breaking-changes.ts';
import type { Contracts, TableContract } from '../../../medallion/contracts/contract.ts';
import { isWideningOrSame, quoteLiteral, requireIdentifier, toPhysicalName } from '../../../medallion/contracts/sql.ts';
import { createTableState } from '../../support/catalog.ts';
import { createTableContract } from '../../support/fake-ports.ts';
// The Python twin passes the same cases: tests/spark/test_literals.py.
import literals from './sql-literals.json' with { type: 'json' };

describe('toPhysicalName', () => {
  it('writes only gold elsewhere than it is read', () => {
    expect(['gold.a', 'silver.gold', 'ops.a'].map(toPhysicalName)).toEqual([
      'gold_published.a',
      'silver.gold',
      'ops.a',
    ]);
  });
});

/** Reads a literal as Spark does: names are replaced first, then a backslash gives the character after it. */
function readLiteral(literal: string): string {
  if (/\$\{\S+?\}/.test(literal)) throw new Error(`Spark replaces a part of ${literal}.`);
  const match = /^'((?:[^'\\]|\\[\s\S])*)'$/.exec(literal);
  if (!match) throw new Error(`${literal} is not one literal.`);
  return (match[1] ?? '').replaceAll(/\\([\s\S])/g, '$1');
}

describe('quoteLiteral', () => {
  it.for(literals)('writes $text as $literal', ({ literal, text }) => {
    expect(quoteLiteral(text)).toBe(literal);
    expect(readLiteral(literal)).toBe(text);
  });

  it('keeps every text inside its quotes', () => {
    const texts = fc.string({ unit: fc.constantFrom("'", '\\', '"', 'a', ' ', ';', '\n', '$', '{', '}') });
    fc.assert(
      fc.property(texts, (text) => {
        expect(readLiteral(quoteLiteral(text))).toBe(text);
      }),
    );
  });
});

describe('requireIdentifier', () => {
  it.for(['a', '_file', 'heart_rate2', 'bronze.bpm'])('takes the name %j', (name) => {
    expect(requireIdentifier(name)).toBe(name);
  });

  it.for(['x; DROP TABLE y', 'a b', "a'", 'A', '', 'a.b.c', '`a`', '2a', 'a.', '.a', 'a\n'])(
    'rejects %j, which is no name',
    (name) => {
      expect(() => requireIdentifier(name)).toThrow('is no name');
    },
  );
});

const types = ['tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'string'];
const pairs = types.flatMap((before) => types.map((after) => ({ before, after })));

const widened = [
  ['tinyint', 'smallint'],
  ['tinyint', 'int'],
  ['tinyint', 'bigint'],
  ['smallint', 'int'],
  ['smallint', 'bigint'],
  ['int', 'bigint'],
  ['float', 'double'],
];

const createTable = (type: string): TableContract => ({
  ...createTableContract('silver.rates'),
  columns: [{ name: 'rate', type, required: true, description: 'The rate.' }],
  keys: [],
});
const createContracts = (type: string): Contracts => ({ landing: [], tables: [createTable(type)] });

describe('a change of type', () => {
  it('is no trouble where the new type holds every value of the old one', () => {
    const isHarmless = ({ after, before }: (typeof pairs)[number]) =>
      before !== after && isWideningOrSame(before, after);
    expect(pairs.filter(isHarmless).map(({ after, before }) => [before, after])).toEqual(widened);
  });

  it.for(pairs)('from $before to $after is the same for readers and for the catalog', ({ after, before }) => {
    const breaks = findBreaks(createContracts(before), createContracts(after));
    const changes = listTableChanges(createTable(after), createTableState(createTable(before)));
    const isAltered = !changes.some(({ isDestructive }) => isDestructive);
    expect(breaks.length === 0).toBe(isAltered);
    expect(isAltered).toBe(isWideningOrSame(before, after));
  });
});
