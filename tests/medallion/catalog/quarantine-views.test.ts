import path from 'node:path';
import { expect, test } from 'vitest';
import { readContracts } from '../../../cloud/contract-files.ts';
import { listSchemas } from '../../../medallion/catalog/ddl.ts';
import { createQuarantineViews, quarantineSchema } from '../../../medallion/catalog/quarantine-views.ts';

const contracts = await readContracts(path.join(import.meta.dirname, '../../../contracts'));

test('every bronze table has a view of the lines that were not accepted', () => {
  expect(Object.keys(createQuarantineViews(contracts)).sort()).toEqual([
    'quarantine.bpm',
    'quarantine.date_lookup',
    'quarantine.gym_logins',
    'quarantine.registered_users',
    'quarantine.unrouted',
    'quarantine.user_info',
    'quarantine.workout',
  ]);
});

test('a view shows the line, what is wrong with it and where it came from', () => {
  expect(createQuarantineViews(contracts)['quarantine.bpm']).toBe(
    'CREATE OR REPLACE VIEW quarantine.bpm AS ' +
      'SELECT _violations, _line, _path, _line_number, _batch, _file FROM bronze.bpm WHERE _violation_count > 0',
  );
});

test('the schema of the views is created with the others', () => {
  expect(listSchemas(contracts)).toContain(quarantineSchema);
});
