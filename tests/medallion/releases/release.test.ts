import { describe, expect, it } from 'vitest';
import type { ColumnContract } from '../../../medallion/contracts/contract.ts';
import {
  createFirstViewStatement,
  createReleaseQuery,
  createReleaseStatement,
  createViewStatement,
  toReleaseName,
  toVersions,
} from '../../../medallion/releases/release.ts';
import { createTableContract } from '../../support/fake-ports.ts';

const gold = createTableContract('gold.gym_summary');
const shown = { version: 4, release: 'r-b', privacyGroup: 'people' };
const withColumn = (change: Partial<ColumnContract>) => {
  const column: ColumnContract = { name: 'c', type: 'string', required: false, description: 'C.', ...change };
  return createViewStatement({ ...gold, columns: [column] }, shown);
};

describe('a release', () => {
  it('shows readers one version of a table, and says which release it is', () => {
    expect(createViewStatement(gold, shown)).toBe(
      "ALTER VIEW gold_released.gym_summary AS SELECT id, 'r-b' AS _release FROM gold_staged.gym_summary VERSION AS OF 4",
    );
  });

  it('begins with an empty table, and leaves a view that is there alone', () => {
    expect(createFirstViewStatement(gold, 'people')).toBe(
      "CREATE VIEW IF NOT EXISTS gold_released.gym_summary AS SELECT id, 'none' AS _release FROM gold_staged.gym_summary VERSION AS OF 0",
    );
  });

  it('is named after its batch', () => {
    expect(toReleaseName('b')).toBe('r-b');
  });

  it('is recorded once, with its verdicts quoted', () => {
    const statement = createReleaseStatement({
      release: 'r-b',
      batch: 'b',
      versions: { 'gold.a': 1 },
      verdicts: `{"reason":"it's"}`,
    });
    expect(statement).toContain(`'{"reason":"it\\'s"}'`);
    expect(statement).toContain("WHERE NOT EXISTS (SELECT 1 FROM ops.releases AS before WHERE before.release = 'r-b')");
  });

  it('is looked up by a name that cannot leave its quotes', () => {
    expect(createReleaseQuery("r' OR 1=1")).toContain("WHERE release = 'r\\' OR 1=1'");
  });

  it('is read back as versions', () => {
    expect(toVersions([{ table_name: 'gold.a', version: 3n }])).toEqual({ 'gold.a': 3 });
  });
});

describe('personal data in a release', () => {
  const seen = "CASE WHEN is_account_group_member('people') THEN c ELSE";

  it.for([
    [{ type: 'string' }, "'masked'"],
    [{ type: 'date' }, 'CAST(NULL AS DATE)'],
    [{ type: 'array<string>', mask: "transform(c, each -> 'masked')" }, "transform(c, each -> 'masked')"],
  ] as const)('are shown to the privacy group alone: %j', ([change, masked]) => {
    expect(withColumn({ ...change, classification: 'personal' })).toContain(`${seen} ${masked} END AS c`);
  });

  it('do not include what is not called so', () => {
    expect(withColumn({})).toContain("SELECT c, 'r-b'");
  });
});
