import { describe, expect, it } from 'vitest';
import { filesWithEvents, name } from '../../../operations/reprocessing/files-by-event-time.ts';
import { smallWorld, tableOf } from '../../support/world.ts';

const table = {
  ...tableOf('bronze.bpm'),
  columns: [{ name: 'time', type: 'timestamp', required: true, description: 'When.' }],
};

describe('filesWithEvents', () => {
  it('asks each bronze table that has times, with the span as parameters', async () => {
    const answer = () => ({ kind: 'rows' as const, rows: [{ _file: 'a' }, { _file: 'b' }] });
    const world = smallWorld({ tables: [table, tableOf('bronze.unrouted'), tableOf('gold.a')], answer });
    expect(await filesWithEvents(world, { from: '2026-01-01T00:00:00Z' })).toEqual(new Set(['a', 'b']));
    expect(world.asked[0]).toContain('FROM bronze.bpm WHERE time >= CAST(:from AS TIMESTAMP)');
    expect(world.asked[0]).not.toContain('2026');
  });

  it('says why when the warehouse refuses', async () => {
    const answer = () => ({ kind: 'refused' as const, because: 'It is paused.' });
    expect(await filesWithEvents(smallWorld({ tables: [table], answer }), {})).toMatchObject({ code: 'nothing' });
  });
});

it.for(['x; DROP TABLE y', 'a b', "a'", 'A', '', 'a.b.c', '`a`'])('%j is no name', (text) => {
  expect(() => name(text)).toThrow('is no name');
});
