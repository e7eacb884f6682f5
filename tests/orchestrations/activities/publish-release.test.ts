import { describe, expect, it } from 'vitest';
import { publishRelease } from '../../../orchestrations/activities/publish-release.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

const tables = [createTableContract('gold.a'), createTableContract('gold.b'), createTableContract('silver.users')];
const input = {
  batch,
  versions: { 'gold.a': 1, 'gold.b': 2, 'silver.users': 3 },
  verdict: { outcome: 'passed', rules: 0, evaluated: 0, fingerprint: 'f' },
};

describe('publishRelease', () => {
  it('points each gold view at its version, and records the release after them', async () => {
    const ports = createFakePorts({ tables });

    expect(await publishRelease.in(ports)(input)).toEqual({ kind: 'published', release: `r-${batch}` });
    expect(ports.asked).toMatchObject([
      `ALTER VIEW gold_released.a AS SELECT id, 'r-${batch}' AS _release FROM gold_staged.a VERSION AS OF 1`,
      `ALTER VIEW gold_released.b AS SELECT id, 'r-${batch}' AS _release FROM gold_staged.b VERSION AS OF 2`,
      expect.stringContaining('INSERT INTO ops.releases'),
    ]);
    expect(ports.asked.at(-1)).not.toContain('silver.users');
  });

  it('leaves what is held at the version that readers see, as part of the release', async () => {
    const answer = (statement: string) => ({
      kind: 'rows' as const,
      rows: statement.startsWith('SELECT table_name') ? [{ table_name: 'gold.b', version: 1n }] : [],
    });
    const ports = createFakePorts({ tables, answer });

    await publishRelease.in(ports)({ ...input, retainedTables: ['gold.b'] });

    expect(ports.asked[2]).toContain('FROM gold_staged.b VERSION AS OF 1');
    expect(ports.asked.at(-1)).toContain("'gold.b', CAST(1 AS BIGINT)");
  });

  it('leaves a held table empty that was in no release yet', async () => {
    const ports = createFakePorts({ tables });
    await publishRelease.in(ports)({ ...input, retainedTables: ['gold.b'] });
    expect(ports.asked[2]).toContain('FROM gold_staged.b VERSION AS OF 0');
  });

  it('says why a release was refused', async () => {
    const ports = createFakePorts({ tables, answer: () => ({ kind: 'rejected', reason: 'No right.' }) });
    expect(await publishRelease.in(ports)(input)).toEqual({
      kind: 'rejected',
      reason: 'Publishing was refused: No right.',
    });
  });
});
