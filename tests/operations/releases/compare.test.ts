import { describe, expect, it } from 'vitest';
import type { QueryResult } from '../../../medallion/ports/sql-warehouse.ts';
import { compareReleases } from '../../../operations/releases/compare.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';

const tables = [createTableContract('gold.a'), createTableContract('gold.b')];
const progress = { layer: 'gold', entries: [{ at: '', number: 6, versions: { 'gold.a': 6, 'gold.b': 4 }, read: {} }] };
const counts = { added: 1n, removed: 0n, changed: 2n, c0: 2n };
const samples = [
  { _sample: 1, _kind: 'added', _side: 'after', _row: '{"id":"1"}' },
  { _sample: 2, _kind: 'changed', _side: 'before', _row: '{"id":"2"}' },
  { _sample: 2, _kind: 'changed', _side: 'after', _row: '{"id":"3"}' },
];

const createAnswer =
  (change: (statement: string) => QueryResult | undefined = () => undefined) =>
  (statement: string): QueryResult => {
    const rows = statement.includes('_previous')
      ? [{ table_name: 'gold.a', first: 4 }]
      : statement.startsWith('WITH samples')
        ? samples
        : [counts];
    return change(statement) ?? { kind: 'rows', rows };
  };

async function compare(answer = createAnswer(), names = { from: 'current', to: 'staged' }) {
  const ports = createFakePorts({ tables, answer, texts: { 'progress/gold/1.json': JSON.stringify(progress) } });
  await ports.releases.replace(undefined, { number: 1, rounds: { 'gold.a': 4, 'gold.b': 4 } });
  return { ports, diff: await compareReleases(ports, names) };
}

describe('compareReleases', () => {
  it('tells what a blocked release would change: counts by column, and some rows', async () => {
    expect((await compare()).diff).toEqual({
      kind: 'diff',
      tables: [
        {
          table: 'gold.a',
          added: 1,
          removed: 0,
          changed: 2,
          columns: { id: 2 },
          samples: [
            { kind: 'added', after: { id: '1' } },
            { kind: 'changed', before: { id: '2' }, after: { id: '3' } },
          ],
        },
      ],
    });
  });

  it('asks nothing of tables that did not move, and leaves out those whose rows are the same', async () => {
    const none = { added: 0n, removed: 0n, changed: 0n, c0: 0n };
    const answer = createAnswer((statement) =>
      statement.includes('count_if') ? { kind: 'rows', rows: [none] } : undefined,
    );
    const { diff, ports } = await compare(answer);
    expect(diff).toEqual({ kind: 'diff', tables: [] });
    expect(ports.statements.join(' ')).not.toContain('gold_changes.b');
  });

  it.for(['count_if', 'WITH samples', '_previous'])('is rejected when the warehouse rejects %s', async (part) => {
    const answer = createAnswer((statement) =>
      statement.includes(part) ? { kind: 'rejected', reason: 'No right.' } : undefined,
    );
    expect((await compare(answer)).diff).toMatchObject({ kind: 'rejected', code: 'query_failed' });
  });

  it.for([
    { from: 'r-1', to: 'current' },
    { from: 'current', to: 'r-1' },
  ])('knows no release that was not published', async (names) => {
    const answer = createAnswer((statement) =>
      statement.startsWith('SELECT batch') ? { kind: 'rows', rows: [] } : undefined,
    );
    expect((await compare(answer, names)).diff).toMatchObject({ kind: 'rejected', code: 'not_found' });
  });
});
