import { describe, expect, it } from 'vitest';
import { rollBack } from '../../../operations/releases/roll-back.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

const tables = [createTableContract('gold.a'), createTableContract('gold.b')];
const request = { release: 'r-1', publishedAs: 'r-1-again-1', actor: 'operator', reason: 'The last one was wrong.' };
const now = new Date('2026-01-02T00:00:00Z');
const createRows = (isKept: boolean) => [
  { batch, table_name: 'gold.a', version: 4n, is_kept: true },
  { batch, table_name: 'gold.b', version: 5n, is_kept: isKept },
];
const createPorts = (rows: Record<string, unknown>[]) =>
  createFakePorts({
    tables,
    answer: (statement) => ({ kind: 'rows', rows: statement.startsWith('SELECT batch') ? rows : [] }),
  });

describe('rollBack', () => {
  it('points the views at the versions of that release, and records it under a new name with who and why', async () => {
    const ports = createPorts(createRows(true));

    expect(await rollBack(ports, request, now)).toEqual({ kind: 'published', release: 'r-1-again-1' });
    expect(ports.statements[3]).toBe(
      "ALTER VIEW gold_released.a AS SELECT id, 'r-1-again-1' AS _release FROM gold_staged.a VERSION AS OF 4",
    );
    expect(ports.statements[4]).toContain('FROM gold_staged.b VERSION AS OF 5');
    expect(ports.statements.at(-1)).toContain(
      '{"rollBackTo":"r-1","actor":"operator","reason":"The last one was wrong."}',
    );
  });

  it('makes it the current release, with both names', async () => {
    const ports = createPorts(createRows(true));
    await rollBack(ports, request, now);
    expect(await ports.releases.getCurrent()).toEqual({
      release: 'r-1',
      publishedAs: 'r-1-again-1',
      publishedAt: '2026-01-02T00:00:00.000Z',
    });
  });

  it.for([
    ['is not recorded', [], "There is no release 'r-1'."],
    ['may have lost its files', createRows(false), "Release 'r-1' is older than 30 days"],
  ] as const)('rejects a release that %s', async ([, rows, reason]) => {
    const ports = createPorts([...rows]);
    expect(await rollBack(ports, request, now)).toEqual({
      kind: 'rejected',
      reason: expect.stringContaining(reason),
    });
    expect(ports.statements).toHaveLength(1);
  });

  it('moves no view when one of the versions is too old to be read', async () => {
    const tooOld = 'DELTA_UNSUPPORTED_TIME_TRAVEL_BEYOND_DELETED_FILE_RETENTION_DURATION';
    const ports = createFakePorts({
      tables,
      answer: (statement) =>
        statement.includes('gold_staged.b VERSION AS OF 5')
          ? { kind: 'rejected', reason: `[${tooOld}] Cannot time travel.` }
          : { kind: 'rows', rows: statement.startsWith('SELECT batch') ? createRows(true) : [] },
    });
    expect(await rollBack(ports, request, now)).toEqual({
      kind: 'rejected',
      reason: "Release 'r-1' has versions of 'gold.b' that are older than the retention. Reprocess instead.",
    });
    expect(ports.statements.filter((statement) => statement.startsWith('ALTER VIEW'))).toEqual([]);
  });

  it.for([
    ['the look at the release', 'SELECT batch', 'No right.'],
    ['a view', 'ALTER VIEW', 'The warehouse rejected the release: No right.'],
  ] as const)('leaves the current release as it is when the warehouse rejects %s', async ([, start, reason]) => {
    const ports = createFakePorts({
      tables,
      answer: (statement) =>
        statement.startsWith(start)
          ? { kind: 'rejected', reason: 'No right.' }
          : { kind: 'rows', rows: createRows(true) },
    });
    expect(await rollBack(ports, request, now)).toEqual({ kind: 'rejected', reason });
    expect(await ports.releases.getCurrent()).toBeUndefined();
  });
});
