import { describe, expect, it } from 'vitest';
import type { QueryResult } from '../../../medallion/ports/sql-warehouse.ts';
import { rollBack } from '../../../operations/releases/roll-back.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

const tables = [createTableContract('gold.a'), createTableContract('gold.b')];
const request = { release: 'r-1', publishedAs: 'r-1-again-1', actor: 'operator', reason: 'The last one was wrong.' };
const now = new Date('2026-01-02T00:00:00Z');
const current = { release: 'r-2', publishedAs: 'r-2', publishedAt: '2026-01-01T00:00:00.000Z' };
const release = [
  { batch, table_name: 'gold.a', to_round: 4n },
  { batch, table_name: 'gold.b', to_round: 5n },
];
const kept = [
  { table_name: 'gold.a', first: 4n },
  { table_name: 'gold.b', first: 3n },
];

async function createPorts(answers: Record<string, QueryResult | Record<string, unknown>[]>) {
  const ports = createFakePorts({
    tables,
    answer: (statement) => {
      const answer = Object.entries(answers).find(([start]) => statement.startsWith(start))?.[1] ?? [];
      return Array.isArray(answer) ? { kind: 'rows', rows: answer } : answer;
    },
  });
  await ports.releases.replace(undefined, { number: 3, rounds: { 'gold.a': 7, 'gold.b': 6 }, current });
  return ports;
}

describe('rollBack', () => {
  it('takes each table back by the changes in between, and records who and why', async () => {
    const ports = await createPorts({ 'SELECT batch': release, "SELECT 'gold.a'": kept });

    expect(await rollBack(ports, request, now)).toEqual({ kind: 'published', release: 'r-1-again-1' });
    const merges = ports.statements.filter((statement) => statement.startsWith('MERGE'));
    expect(merges[0]).toContain('_round > 4 AND _round <= 7');
    expect(merges[1]).toContain('_round > 5 AND _round <= 6');
    expect(ports.statements.at(-1)).toContain(
      '{"rollBackTo":"r-1","actor":"operator","reason":"The last one was wrong."}',
    );
    expect((await ports.releases.get())?.state).toEqual({
      number: 4,
      rounds: { 'gold.a': 4, 'gold.b': 5 },
      current: { release: 'r-1', publishedAs: 'r-1-again-1', publishedAt: '2026-01-02T00:00:00.000Z' },
    });
  });

  it.for([
    ['is not recorded', {}, "There is no release 'r-1'."],
    [
      'has lost changes',
      {
        'SELECT batch': release,
        "SELECT 'gold.a'": [
          { table_name: 'gold.a', first: 5n },
          { table_name: 'gold.b', first: null },
        ],
      },
      "The changes of 'gold.a', 'gold.b' in between are no longer kept. Reprocess instead.",
    ],
    ['cannot be looked up', { 'SELECT batch': { kind: 'rejected', reason: 'No right.' } }, 'No right.'],
  ] as const)('rejects a release that %s before anything moves', async ([, answers, reason]) => {
    const ports = await createPorts(answers as Record<string, QueryResult>);
    expect(await rollBack(ports, request, now)).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining(reason),
    });
    expect(ports.statements.filter((statement) => !statement.startsWith('SELECT'))).toEqual([]);
    expect((await ports.releases.get())?.state.current).toEqual(current);
  });
});
