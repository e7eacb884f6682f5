import { describe, expect, it } from 'vitest';
import type { QueryResult } from '../../../medallion/ports/sql-warehouse.ts';
import { createRowReader } from '../../../operations/releases/read-rows.ts';
import { setCurrentRelease } from '../../support/current-release.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';

const table = createTableContract('gold.sales');
const request = { table, limit: 10 };
const answer = (): QueryResult => ({ kind: 'rows', rows: [{ id: '1', paid: 2n }] });

describe('a reader of rows', () => {
  it('tells the rows, and the release that they are of', async () => {
    const ports = createFakePorts({ answer });
    await setCurrentRelease(ports, 'r-1');
    expect(await createRowReader({ max: 4 })(ports, request)).toEqual({
      kind: 'rows',
      release: 'r-1',
      rows: [{ id: '1', paid: 2 }],
    });
  });

  it('asks nothing before the first release', async () => {
    const ports = createFakePorts({ answer });
    expect(await createRowReader({ max: 4 })(ports, request)).toEqual({ kind: 'rows', rows: [] });
    expect(ports.statements).toEqual([]);
  });

  it('runs a query once per release, and again after a roll back', async () => {
    const read = createRowReader({ max: 4 });
    const ports = createFakePorts({ answer });
    await setCurrentRelease(ports, 'r-1');
    await read(ports, request);
    await read(ports, request);
    expect(ports.statements).toHaveLength(1);
    await read(ports, { ...request, order: ['-id'] });
    expect(ports.statements).toHaveLength(2);
    await setCurrentRelease(ports, 'r-2');
    await read(ports, request);
    await setCurrentRelease(ports, 'r-1', '2026-01-02T00:00:00Z');
    await read(ports, request);
    expect(ports.statements).toHaveLength(4);
  });

  it('keeps so many answers and no more', async () => {
    const read = createRowReader({ max: 2 });
    const ports = createFakePorts({ answer });
    await setCurrentRelease(ports, 'r-1');
    for (const limit of [1, 2, 3, 1]) await read(ports, { table, limit });
    expect(ports.statements).toHaveLength(4);
  });

  it('does not keep a rejection', async () => {
    const read = createRowReader({ max: 4 });
    let isRejected = true;
    const ports = createFakePorts({
      answer: () => (isRejected ? { kind: 'rejected', reason: 'Not now.' } : { kind: 'rows', rows: [] }),
    });
    await setCurrentRelease(ports, 'r-1');
    expect(await read(ports, request)).toMatchObject({
      code: 'query_failed',
      reason: "The rows of 'gold.sales' cannot be read: Not now.",
    });
    isRejected = false;
    expect(await read(ports, request)).toMatchObject({ rows: [] });
  });
});
