import { describe, expect, it } from 'vitest';
import { findLostChanges, readRounds } from '../../../operations/releases/read-rounds.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const rejected = { kind: 'rejected', reason: 'No right.' } as const;
const move = { table: 'gold.a', from: 7, to: 4 };

describe('readRounds', () => {
  it('tells the rounds of a release, and its batch', async () => {
    const rows = [{ batch: 'b', table_name: 'gold.a', to_round: 4n }];
    const ports = createFakePorts({ answer: () => ({ kind: 'rows', rows }) });
    expect(await readRounds(ports, 'r-1')).toEqual({ kind: 'rounds', batch: 'b', rounds: { 'gold.a': 4 } });
  });

  it.for([
    [{ kind: 'rows', rows: [] }, 'not_found'],
    [rejected, 'query_failed'],
  ] as const)('is rejected for a release that cannot be found', async ([answer, code]) => {
    const ports = createFakePorts({ answer: () => ({ ...answer, rows: [] }) });
    expect(await readRounds(ports, 'r-1')).toMatchObject({ kind: 'rejected', code });
  });
});

describe('findLostChanges', () => {
  it.for([
    [4n, undefined],
    [3n, undefined],
    [5n, 'conflict'],
    [null, 'conflict'],
  ] as const)('of changes that are kept from round %s on', async ([first, code]) => {
    const rows = [{ table_name: 'gold.a', first }];
    const ports = createFakePorts({ answer: () => ({ kind: 'rows', rows }) });
    expect((await findLostChanges(ports, [move]))?.code).toBe(code);
  });

  it('asks nothing where nothing moves', async () => {
    const ports = createFakePorts();
    expect(await findLostChanges(ports, [])).toBeUndefined();
    expect(ports.statements).toEqual([]);
  });

  it('is rejected where the warehouse does not say', async () => {
    const ports = createFakePorts({ answer: () => rejected });
    expect(await findLostChanges(ports, [move])).toMatchObject({ code: 'query_failed' });
  });
});
