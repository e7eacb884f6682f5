import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../medallion/quality/verdict.ts';
import { publishRelease } from '../../../operations/releases/publish.ts';
import { createRun } from '../../support/batches.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

const tables = [createTableContract('gold.a'), createTableContract('gold.b'), createTableContract('silver.users')];
const verdict: Verdict = { outcome: 'passed', rules: 0, evaluated: 0, fingerprint: 'f' };
const passed = {
  batch,
  versions: { 'gold.a': 1, 'gold.b': 2, 'silver.users': 3 },
  verdict,
  retainedTables: [],
};
const now = new Date('2026-01-01T00:05:00Z');
const release = `r-${batch}`;

describe('publishRelease', () => {
  it('points each gold view at its version, and records the release after them', async () => {
    const ports = createFakePorts({ tables });

    expect(await publishRelease(ports, passed, now)).toEqual({ kind: 'published', release });
    expect(ports.statements).toMatchObject([
      `ALTER VIEW gold_released.a AS SELECT id, '${release}' AS _release FROM gold_staged.a VERSION AS OF 1`,
      `ALTER VIEW gold_released.b AS SELECT id, '${release}' AS _release FROM gold_staged.b VERSION AS OF 2`,
      expect.stringContaining('INSERT INTO ops.releases'),
    ]);
    expect(ports.statements.at(-1)).not.toContain('silver.users');
  });

  it('leaves a view alone whose table has no version', async () => {
    const ports = createFakePorts({ tables });
    await publishRelease(ports, { ...passed, versions: { 'gold.a': 1 } }, now);
    expect(ports.statements).toHaveLength(2);
  });

  it('leaves retained tables at the version that readers see, as part of the release', async () => {
    const answer = (statement: string) => ({
      kind: 'rows' as const,
      rows: statement.startsWith('SELECT table_name') ? [{ table_name: 'gold.b', version: 1n }] : [],
    });
    const ports = createFakePorts({ tables, answer });

    await publishRelease(ports, { ...passed, retainedTables: ['gold.b'] }, now);

    expect(ports.statements[2]).toContain('FROM gold_staged.b VERSION AS OF 1');
    expect(ports.statements.at(-1)).toContain("'gold.b', CAST(1 AS BIGINT)");
  });

  it('leaves a retained table empty that was in no release yet', async () => {
    const ports = createFakePorts({ tables });
    await publishRelease(ports, { ...passed, retainedTables: ['gold.b'] }, now);
    expect(ports.statements[2]).toContain('FROM gold_staged.b VERSION AS OF 0');
  });

  it.for([
    ['a view', 'ALTER VIEW', []],
    ['the record', 'INSERT INTO', []],
    ['the look at the current release', 'SELECT table_name', ['gold.b']],
  ] as const)('says why the warehouse rejected %s, and what readers see stays', async ([, start, retainedTables]) => {
    const ports = createFakePorts({
      tables,
      answer: (statement) =>
        statement.startsWith(start) ? { kind: 'rejected', reason: 'No right.' } : { kind: 'rows', rows: [] },
    });
    expect(await publishRelease(ports, { ...passed, retainedTables: [...retainedTables] }, now)).toEqual({
      kind: 'rejected',
      reason: 'The warehouse rejected the release: No right.',
    });
    expect(await ports.releases.getCurrent()).toBeUndefined();
  });
});

describe('the current release', () => {
  const current = { release, publishedAs: release, publishedAt: now.toISOString() };

  it('is the one that was published last', async () => {
    const ports = createFakePorts({ tables });
    await publishRelease(ports, passed, now);
    expect(await ports.releases.getCurrent()).toEqual(current);
  });

  it('is still known after sixty blocked runs, and so is the run that ended last', async () => {
    const ports = createFakePorts({ tables });
    await publishRelease(ports, passed, now);
    const published = createRun(0, 'published', { release });
    await ports.runs.save(published);
    for (let minute = 1; minute <= 60; minute++) await ports.runs.save(createRun(minute, 'blocked'));

    ports.table.requests.length = 0;
    expect(await ports.releases.getCurrent()).toEqual(current);
    expect(await ports.runs.lastPublished()).toEqual(published);
    expect(await ports.runs.lastEnded()).toEqual(createRun(60, 'blocked'));
    // It is stored, not searched for.
    expect(ports.table.requests).toEqual(Array(5).fill('getEntity'));
  });
});
