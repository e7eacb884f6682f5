import { describe, expect, it } from 'vitest';
import { readPublishedState } from '../../../operations/releases/read-state.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const row = {
  number: 7n,
  state: 'published',
  table_name: 'gold.a',
  release: 'r-7',
  to_round: 5n,
  verdicts: '{}',
  at: 0n,
};

describe('readPublishedState', () => {
  it('takes the record of the state table, and asks nobody else', async () => {
    const ports = createFakePorts();
    await ports.releases.replace(undefined, { number: 3, rounds: { 'gold.a': 1 } });
    expect(await readPublishedState(ports)).toMatchObject({ kind: 'state', state: { number: 3 } });
    expect(ports.statements).toEqual([]);
  });

  it('asks the lakehouse where there is no record', async () => {
    const ports = createFakePorts({ answer: () => ({ kind: 'rows', rows: [row] }) });
    expect(await readPublishedState(ports)).toMatchObject({
      kind: 'state',
      state: { number: 7, rounds: { 'gold.a': 5 } },
      etag: undefined,
    });
  });

  it('is rejected in the words of the warehouse', async () => {
    const ports = createFakePorts({ answer: () => ({ kind: 'rejected', reason: 'No right.' }) });
    expect(await readPublishedState(ports)).toEqual({ kind: 'rejected', code: 'query_failed', reason: 'No right.' });
  });
});
