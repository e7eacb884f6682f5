import { expect, it } from 'vitest';
import { readContracts } from '../../../cloud/project-files.ts';
import { createBronzeStatements, createLinesSelect } from '../../../medallion/catalog/bronze-views.ts';
import { root } from '../../support/root.ts';

const contracts = await readContracts(root, 'projects/fitness');
const columns = [
  { name: 'gym', type: 'string', required: false, description: 'The gym.' },
  { name: '_file', type: 'string', required: true, description: 'The file.' },
];

it('selects the lines of a record type out of each table that has some', () => {
  const parts = [{ table: 'landed.a', record: 'visit' }, { table: 'landed.b' }];
  expect(createLinesSelect({ columns: columns.slice(1), parts }, (table) => `${table} VERSION AS OF 3`)).toBe(
    "SELECT _file FROM landed.a VERSION AS OF 3 WHERE _record = 'visit' UNION ALL SELECT _file FROM landed.b VERSION AS OF 3 WHERE _record IS NULL",
  );
  expect(createLinesSelect({ columns, parts: parts.slice(0, 1) }, (table) => table)).toBe(
    "SELECT visit.gym AS gym, _file FROM landed.a WHERE _record = 'visit'",
  );
});

it('has a view per record type and one per dataset for what was not accepted', () => {
  const statements = createBronzeStatements(contracts);
  expect(Object.keys(statements)).toEqual(
    expect.arrayContaining(['bronze.bpm', 'bronze.unrouted', 'quarantine.kafka_multiplex', 'quarantine.gym_logins']),
  );
  expect(statements['quarantine.gym_logins']).toMatch(/FROM landed\.gym_logins WHERE _violation_count > 0$/);
});
