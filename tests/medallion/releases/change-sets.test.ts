import { describe, expect, it } from 'vitest';
import {
  createChangesTable,
  createKeptStatement,
  createPublishStatement,
  createStagedSelect,
} from '../../../medallion/releases/change-sets.ts';
import { createTableContract } from '../../support/fake-ports.ts';

const gold = createTableContract('gold.a');

describe('the changes of a gold table', () => {
  it('are a table of their own, with the columns of the table behind what happened and when', () => {
    const { columns, table } = createChangesTable(gold);
    expect(table).toBe('gold_changes.a');
    expect(columns.map(({ name }) => name)).toEqual(['_round', '_previous', '_change_type', 'id']);
  });

  it('are laid over what readers see, from round to round', () => {
    const select = createStagedSelect(gold, { after: '3', until: '5' });
    expect(select).toContain('FROM gold_published.a AS t LEFT ANTI JOIN');
    expect(select).toContain('FROM gold_changes.a WHERE _round > 3 AND _round <= 5 GROUP BY id');
  });

  it('bring readers forward with the last row of each key, and back with the first', () => {
    const forward = createPublishStatement(gold, { from: 3, to: 5 }, 7);
    const back = createPublishStatement(gold, { from: 5, to: 3 }, 8);
    expect(forward).toContain('MERGE INTO gold_published.a AS t USING (SELECT id, _new AS _row FROM');
    expect(back).toContain('MERGE INTO gold_published.a AS t USING (SELECT id, _old AS _row FROM');
    for (const statement of [forward, back]) expect(statement).toContain('_round > 3 AND _round <= 5');
  });

  it('bring nobody anywhere once a later publication has begun', () => {
    expect(createPublishStatement(gold, { from: 3, to: 5 }, 7)).toContain(
      'NOT EXISTS (SELECT 1 FROM ops.releases WHERE number > 7)',
    );
  });

  it('are kept without a gap from the round on that the first of them names', () => {
    expect(createKeptStatement([{ table: 'gold.a', from: 5, to: 3 }])).toBe(
      "SELECT 'gold.a' AS table_name, min_by(_previous, _round) AS first FROM gold_changes.a WHERE _round > 3 AND _round <= 5",
    );
  });
});
