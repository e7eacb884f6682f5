import { describe, expect, it } from 'vitest';
import {
  createReleaseQuery,
  createReleaseStatement,
  getBaseRounds,
  listMoves,
  toReleaseName,
  toRounds,
} from '../../../medallion/releases/release.ts';

const publication = {
  number: 4,
  release: 'r-b',
  publishedAs: 'r-b',
  batch: 'b',
  from: { 'gold.a': 3, 'gold.b': 2 },
  to: { 'gold.a': 1, 'gold.b': 2, 'gold.c': 5 },
  verdicts: `{"reason":"it's"}`,
  until: '2026-01-01T00:00:00Z',
};

describe('a release', () => {
  it('is named after its batch', () => {
    expect(toReleaseName('b')).toBe('r-b');
  });

  it('is recorded once as begun and once as ended, with its verdicts quoted', () => {
    const statement = createReleaseStatement(publication, 'publishing');
    expect(statement).toContain(`'{"reason":"it\\'s"}'`);
    expect(statement).toContain("WHERE before.number = 4 AND before.state = 'publishing' AND before.release = 'r-b'");
    // A number that another publication has taken is an error, and no reason to write nothing.
    expect(statement).toContain("number > 4 OR (number = 4 AND release <> 'r-b')");
    expect(statement).toContain("('gold.a', CAST(3 AS BIGINT), CAST(1 AS BIGINT))");
    expect(createReleaseStatement(publication, 'published')).toContain("before.state = 'published'");
  });

  it('is looked up by a name that cannot leave its quotes', () => {
    expect(createReleaseQuery("r' OR 1=1")).toContain("WHERE release = 'r\\' OR 1=1'");
  });

  it('is read back as rounds', () => {
    expect(toRounds([{ table_name: 'gold.a', to_round: 3n }])).toEqual({ 'gold.a': 3 });
  });

  it('moves the tables of which readers come to see other rows, forwards or backwards', () => {
    expect(listMoves(publication)).toEqual([
      { table: 'gold.a', from: 3, to: 1 },
      { table: 'gold.c', from: 0, to: 5 },
    ]);
  });

  it('lays changes over the lower end of what is on its way', () => {
    const rounds = { 'gold.a': 3, 'gold.b': 2 };
    expect(getBaseRounds({ number: 3, rounds })).toEqual(rounds);
    expect(getBaseRounds({ number: 3, rounds, publishing: publication })).toEqual({
      'gold.a': 1,
      'gold.b': 2,
      'gold.c': 0,
    });
  });
});
