import { expect, it } from 'vitest';
import { createDiffStatement, createSamplesStatement } from '../../../medallion/releases/diff.ts';
import { createTableContract } from '../../support/fake-ports.ts';

const gold = createTableContract('gold.a');
const personal = {
  ...gold,
  columns: gold.columns.map((column) => ({ ...column, classification: 'personal' as const })),
};

it('a diff counts rows by what happened to them, and by column where they changed', () => {
  const statement = createDiffStatement(gold, { from: 3, to: 5 });
  expect(statement).toContain("count_if(_kind = 'added') AS added");
  expect(statement).toContain("count_if(_kind = 'changed' AND NOT _before.id <=> _after.id) AS c0");
  expect(statement).toContain('_old AS _before, _new AS _after');
  expect(statement).toContain('WHERE NOT _before <=> _after');
});

it('a diff from a later release to an earlier one is the same the other way round', () => {
  expect(createDiffStatement(gold, { from: 5, to: 3 })).toContain('_new AS _before, _old AS _after');
});

it('rows are shown as readers see them', () => {
  const statement = createSamplesStatement(personal, { from: 3, to: 5 }, 'people');
  expect(statement).toContain(
    "to_json(struct(CASE WHEN is_account_group_member('people') THEN id ELSE 'masked' END AS id))",
  );
  expect(statement).toContain('LIMIT 20');
});
