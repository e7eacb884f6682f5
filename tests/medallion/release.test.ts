import { describe, expect, it } from 'vitest';
import { firstViewStatement, releaseOf, releaseStatement, viewStatement } from '../../medallion/release.ts';
import { tableOf } from '../support/world.ts';

describe('a release', () => {
  it('shows readers one version of a table', () => {
    expect(viewStatement(tableOf('gold.gym_summary'), 4)).toBe(
      'ALTER VIEW gold.gym_summary AS SELECT id FROM gold_staged.gym_summary VERSION AS OF 4',
    );
  });

  it('begins with an empty table, and leaves a view that is there alone', () => {
    expect(firstViewStatement(tableOf('gold.gym_summary'))).toBe(
      'CREATE VIEW IF NOT EXISTS gold.gym_summary AS SELECT id FROM gold_staged.gym_summary VERSION AS OF 0',
    );
  });

  it('is named after its batch', () => {
    expect(releaseOf('b')).toBe('r-b');
  });

  it('is recorded once, with its verdict quoted', () => {
    const statement = releaseStatement({
      release: 'r-b',
      batch: 'b',
      versions: { 'gold.a': 1 },
      verdicts: `{"because":"it's"}`,
    });
    expect(statement).toContain(`'{"because":"it\\'s"}'`);
    expect(statement).toContain("WHERE NOT EXISTS (SELECT 1 FROM ops.releases AS known WHERE known.release = 'r-b')");
  });
});
