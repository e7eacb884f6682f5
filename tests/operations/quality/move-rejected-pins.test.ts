import { expect, it } from 'vitest';
import type { QueryResult } from '../../../medallion/ports/sql-warehouse.ts';
import { hasRejectedPin, moveRejectedPins } from '../../../operations/quality/move-rejected-pins.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';

const reason = '[DELTA_UNSUPPORTED_TIME_TRAVEL_BEYOND_DELETED_FILE_RETENTION_DURATION] Cannot time travel.';
const { table, tableRules } = createTableContract('silver.users', { name: 'a' });
const rules = tableRules.map((rule) => ({ ...rule, table }));
const tooOld: QueryResult = { kind: 'rejected', reason };

it('hasRejectedPin looks for a version that is too old, and not for other failures', () => {
  const createFailed = (text: string) => ({ counts: new Map(), failures: new Map([['silver.users/a', text]]) });
  expect(hasRejectedPin(createFailed(reason))).toBe(true);
  expect(hasRejectedPin(createFailed('No such column.'))).toBe(false);
  expect(hasRejectedPin({ counts: new Map() })).toBe(false);
});

it('moveRejectedPins asks only of tables that a rule reads, and leaves the others where they are', async () => {
  const ports = createFakePorts({
    answer: (statement) => (statement.startsWith('DESCRIBE') ? { kind: 'rows', rows: [{ version: 9n }] } : tooOld),
  });
  const pins = { versions: { 'silver.users': 6, 'silver.calendar': 2, 'gold.a': 3 } };
  expect(await moveRejectedPins(ports, rules, pins)).toEqual({
    pins: { versions: { 'silver.users': 9, 'silver.calendar': 2, 'gold.a': 3 } },
    readVersions: { 'silver.users': 9 },
  });
  expect(ports.statements.join('\n')).not.toContain('silver.calendar');
});
