import { expect, it } from 'vitest';
import { retention } from '../../../functions/triggers/retention.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const now = new Date('2026-02-01T00:00:00Z');

function createLog() {
  const logged: { level: string; line: unknown }[] = [];
  const createWriter = (level: string) => (line: string) => void logged.push({ level, line: JSON.parse(line) });
  return { logged, log: { info: createWriter('info'), warn: createWriter('warn') } };
}

it('purges the histories of orchestrations that have ended, and says how it ended', async () => {
  const { log, logged } = createLog();
  const filters: unknown[] = [];
  const purgeInstanceHistoryBy = async (filter: unknown) => {
    filters.push(filter);
    return { instancesDeleted: 3 };
  };
  await retention(createFakePorts(), { purgeInstanceHistoryBy }, log, now);
  expect(filters).toEqual([
    {
      createdTimeFrom: new Date(0),
      createdTimeTo: new Date('2026-01-02T00:00:00Z'),
      runtimeStatus: ['Completed', 'Failed', 'Terminated'],
    },
  ]);
  const line = { event: 'retention.finished', backedUpRows: 0, archivedFiles: 0, purgedOrchestrations: 3, failed: 0 };
  expect(logged).toEqual([{ level: 'info', line: { ...line, at: now.toISOString() } }]);
});

it('warns of what it could not do', async () => {
  const { log, logged } = createLog();
  const purgeInstanceHistoryBy = () => Promise.reject(new Error('The host is away.'));
  await retention(createFakePorts(), { purgeInstanceHistoryBy }, log, now);
  expect(logged).toMatchObject([
    { level: 'warn', line: { event: 'retention.failed', subject: 'orchestrations', reason: 'The host is away.' } },
    { level: 'info', line: { event: 'retention.finished', failed: 1 } },
  ]);
});
