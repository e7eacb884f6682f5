import { describe, expect, it } from 'vitest';
import { listFilesWithEvents, name } from '../../../operations/reprocessing/files-by-event-time.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';

const table = {
  ...createTableContract('bronze.bpm'),
  columns: [{ name: 'time', type: 'timestamp', required: true, description: 'When.' }],
};

describe('filesWithEvents', () => {
  it('asks each bronze table that has times, with the span as parameters', async () => {
    const answer = () => ({ kind: 'rows' as const, rows: [{ _file: 'a' }, { _file: 'b' }] });
    const ports = createFakePorts({
      tables: [table, createTableContract('bronze.unrouted'), createTableContract('gold.a')],
      answer,
    });
    expect(await listFilesWithEvents(ports, { from: '2026-01-01T00:00:00Z' })).toEqual(new Set(['a', 'b']));
    expect(ports.asked[0]).toContain('FROM bronze.bpm WHERE time >= CAST(:from AS TIMESTAMP)');
    expect(ports.asked[0]).not.toContain('2026');
  });

  it('says why when the warehouse refuses', async () => {
    const answer = () => ({ kind: 'rejected' as const, reason: 'It is paused.' });
    expect(await listFilesWithEvents(createFakePorts({ tables: [table], answer }), {})).toMatchObject({
      code: 'nothing',
    });
  });
});

it.for(['x; DROP TABLE y', 'a b', "a'", 'A', '', 'a.b.c', '`a`'])('%j is no name', (text) => {
  expect(() => name(text)).toThrow('is no name');
});
