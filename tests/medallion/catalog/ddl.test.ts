import { expect, test } from 'vitest';
import { readContracts } from '../../../cloud/project-files.ts';
import { createTableStatement, getTableProperties, listSchemas } from '../../../medallion/catalog/ddl.ts';
import { createLandedTables } from '../../../medallion/contracts/bronze.ts';
import type { TableContract } from '../../../medallion/contracts/contract.ts';
import { root } from '../../support/root.ts';

const contract: TableContract = {
  table: 'gold.visits',
  layer: 'gold',
  version: '1.2.0',
  purpose: "A day's visits.",
  columns: [
    { name: 'date', type: 'date', required: true, description: 'The day.' },
    { name: 'workouts', type: 'array<struct<user_id:string>>', required: false, description: 'Its \\ workouts.' },
  ],
  owner: 'someone',
  readers: [],
  retention: { days: 30 },
  keys: ['date'],
  clusteredBy: ['date'],
  changeFeed: false,
  deletionVectors: false,
  rowRules: [],
  tableRules: [],
};

test('a gold table is created in the schema that readers cannot see, with everything written out', () => {
  expect(createTableStatement(contract)).toMatchInlineSnapshot(`
    "CREATE TABLE IF NOT EXISTS gold_published.visits (
      date DATE NOT NULL COMMENT 'The day.',
      workouts array<struct<user_id:string>> COMMENT 'Its \\\\ workouts.'
    ) USING DELTA
    CLUSTER BY (date)
    COMMENT 'A day\\'s visits.'
    TBLPROPERTIES (
      'delta.dataSkippingStatsColumns' = 'date',
      'delta.enableChangeDataFeed' = 'false',
      'delta.enableDeletionVectors' = 'false',
      'delta.autoOptimize.optimizeWrite' = 'false',
      'delta.autoOptimize.autoCompact' = 'true',
      'delta.deletedFileRetentionDuration' = 'interval 7 days',
      'delta.logRetentionDuration' = 'interval 60 days',
      'medallion.contract' = '1.2.0'
    )"
  `);
});

test('a table that is not clustered says nothing about it, and a change feed and deletion vectors are switched on', () => {
  const ddl = createTableStatement({
    ...contract,
    table: 'silver.visits',
    layer: 'silver',
    clusteredBy: [],
    changeFeed: true,
    deletionVectors: true,
  });

  expect(ddl).toContain('CREATE TABLE IF NOT EXISTS silver.visits (');
  expect(ddl).not.toContain('CLUSTER BY');
  expect(ddl).toContain("'delta.enableChangeDataFeed' = 'true'");
  expect(ddl).toContain("'delta.enableDeletionVectors' = 'true'");
  expect(ddl).toContain("'delta.autoOptimize.autoCompact' = 'false'");
});

test('the schemas of what a table is published from, and of what it will be, are created too', () => {
  expect(listSchemas({ landing: [], tables: [contract] })).toEqual([
    'gold',
    'gold_changes',
    'gold_published',
    'gold_staged',
  ]);
});

test('a bronze table keeps statistics of where its lines come from, and none of what they say', async () => {
  const { landing } = await readContracts(root, 'projects/fitness');
  const counted = createLandedTables(landing).map(
    (table) => getTableProperties(table)['delta.dataSkippingStatsColumns'],
  );

  expect(new Set(counted)).toEqual(new Set(['_file,_path,_batch,_record,_violation_count']));
});
