import { describe, expect, it } from 'vitest';
import { toRecordedState } from '../../../medallion/releases/recorded-state.ts';

const ended = {
  number: 7n,
  state: 'published',
  table_name: 'gold.a',
  release: 'r-7',
  batch: 'b',
  from_round: 4n,
  to_round: 5n,
  verdicts: '{}',
  at: 1000n,
};

describe('the state of releases that the lakehouse tells', () => {
  it('is empty before the first publication', () => {
    expect(toRecordedState([])).toEqual({ number: 0, rounds: {} });
  });

  it('is what the last publication shows', () => {
    expect(toRecordedState([ended, { ...ended, table_name: 'gold.b', to_round: 2n }])).toEqual({
      number: 7,
      rounds: { 'gold.a': 5, 'gold.b': 2 },
      current: { release: 'r-7', publishedAs: 'r-7', publishedAt: '1970-01-01T00:00:01.000Z' },
    });
  });

  it('has the release that a roll back shows', () => {
    const rolledBack = { ...ended, release: 'r-3-again', verdicts: '{"rollBackTo":"r-3"}' };
    expect(toRecordedState([rolledBack]).current).toMatchObject({ release: 'r-3', publishedAs: 'r-3-again' });
  });

  it('has a publication that has only begun, which anybody may end at once', () => {
    const begun = { ...ended, number: 8n, state: 'publishing', release: 'r-8', from_round: 5n, to_round: 6n };
    expect(toRecordedState([ended, begun])).toMatchObject({
      number: 7,
      rounds: { 'gold.a': 5 },
      publishing: { number: 8, publishedAs: 'r-8', from: { 'gold.a': 5 }, to: { 'gold.a': 6 } },
    });
    expect(toRecordedState([begun]).publishing?.until).toBe('1970-01-01T00:00:00.000Z');
  });
});
