import { describe, expect, it } from 'vitest';
import { createReadersSelect, createStagedStatements } from '../../../medallion/catalog/gold-views.ts';
import type { ColumnContract } from '../../../medallion/contracts/contract.ts';
import { createTableContract } from '../../support/fake-ports.ts';

const gold = createTableContract('gold.gym_summary');
const withColumn = (change: Partial<ColumnContract>) => {
  const column: ColumnContract = { name: 'c', type: 'string', required: false, description: 'C.', ...change };
  return createReadersSelect({ ...gold, columns: [column] }, 'people');
};

describe('what readers see of a gold table', () => {
  const seen = "CASE WHEN is_account_group_member('people') THEN c ELSE";

  it.for([
    [{ type: 'string' }, "'masked'"],
    [{ type: 'date' }, 'CAST(NULL AS DATE)'],
    [{ type: 'array<string>', mask: "transform(c, each -> 'masked')" }, "transform(c, each -> 'masked')"],
  ] as const)('are personal data for the privacy group alone: %j', ([change, masked]) => {
    expect(withColumn({ ...change, classification: 'personal' })).toContain(`${seen} ${masked} END AS c`);
  });

  it('is all else as it is, and no other view or version has to be looked up', () => {
    expect(withColumn({})).toBe('SELECT c FROM gold_published.gym_summary');
  });
});

it('what the next release would show is a view of its own, which asks what the last one has shown', () => {
  const { 'gold_staged.gym_summary': statement } = createStagedStatements({ tables: [gold] });
  expect(statement).toContain("FROM ops.releases WHERE table_name = 'gold.gym_summary'");
});
