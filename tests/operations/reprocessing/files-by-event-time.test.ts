import { describe, expect, it } from 'vitest';
import { listFilesWithEvents } from '../../../operations/reprocessing/files-by-event-time.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';

const table = {
  ...createTableContract('bronze.bpm'),
  columns: [{ name: 'time', type: 'timestamp', required: true, description: 'When.' }],
};

describe('listFilesWithEvents', () => {
  it('looks in each bronze table that has times, with the span as parameters', async () => {
    const ports = createFakePorts({
      tables: [table, createTableContract('bronze.unrouted'), createTableContract('gold.a')],
      answer: () => ({ kind: 'rows', rows: [{ _file: 'a' }, { _file: 'b' }] }),
    });
    expect(await listFilesWithEvents(ports, { from: '2026-01-01T00:00:00Z' })).toEqual(new Set(['a', 'b']));
    expect(ports.statements[0]).toContain('FROM bronze.bpm WHERE time >= CAST(:from AS TIMESTAMP)');
    expect(ports.statements[0]).not.toContain('2026');
    expect(ports.statements[0]).not.toMatch(/unrouted|gold/);
  });

  it.for([
    [{ from: '2026-01-01T00:00:00Z' }, { from: '2026-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z' }],
    [{ to: '2026-01-01T00:00:00Z' }, { from: '0001-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }],
  ] as const)('takes a span that is open at one end: %j', async ([span, values]) => {
    const queries: unknown[] = [];
    const query = async (_: string, queryValues?: unknown) => {
      queries.push(queryValues);
      return { kind: 'rows' as const, rows: [] };
    };
    await listFilesWithEvents({ tables: [table], sqlWarehouse: { query } }, span);
    expect(queries).toEqual([values]);
  });

  it('fetches a bounded number of files, and says so when there are more', async () => {
    const rows = Array.from({ length: 100_001 }, (_, index) => ({ _file: String(index) }));
    const ports = createFakePorts({ tables: [table], answer: () => ({ kind: 'rows', rows }) });
    expect(await listFilesWithEvents(ports, {})).toMatchObject({ code: 'selection_too_large' });
    expect(ports.statements[0]).toMatch(/LIMIT 100001$/);
  });

  it('says why when the warehouse rejects the query', async () => {
    const ports = createFakePorts({ tables: [table], answer: () => ({ kind: 'rejected', reason: 'It is paused.' }) });
    expect(await listFilesWithEvents(ports, {})).toEqual({
      kind: 'rejected',
      code: 'query_failed',
      reason: 'Event times could not be looked up: It is paused.',
    });
  });
});
