import { expect, it } from 'vitest';
import { isTooOld, listUnreadable } from '../../operations/read-version.ts';
import { createFakePorts } from '../support/fake-ports.ts';

const tooOld = '[DELTA_UNSUPPORTED_TIME_TRAVEL_BEYOND_DELETED_FILE_RETENTION_DURATION] Cannot time travel.';

it('isTooOld tells an old version from everything else that is rejected', () => {
  expect(isTooOld(tooOld)).toBe(true);
  expect(isTooOld('[TABLE_OR_VIEW_NOT_FOUND] There is no such table.')).toBe(false);
});

it('listUnreadable names the tables whose versions are too old, and reads no row', async () => {
  const ports = createFakePorts({
    answer: (statement) => {
      if (statement.includes('gold_published.a')) return { kind: 'rejected', reason: tooOld };
      if (statement.includes('gold_published.b')) return { kind: 'rejected', reason: 'No right.' };
      return { kind: 'rows', rows: [] };
    },
  });
  expect(await listUnreadable(ports, { 'gold.a': 1, 'gold.b': 2, 'gold.c': 3 })).toEqual(['gold.a']);
  expect(ports.statements).toHaveLength(3);
  expect(ports.statements.every((statement) => statement.endsWith(' LIMIT 0'))).toBe(true);
});
