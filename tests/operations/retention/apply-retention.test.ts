import { afterEach, expect, it, vi } from 'vitest';
import { applyRetention } from '../../../operations/retention/apply-retention.ts';
import { aFile } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';
import { storeFile } from '../../support/store-file.ts';

afterEach(() => void vi.useRealTimers());

const day = 86_400_000;
const began = Date.parse('2026-01-01T00:00:00Z');
const addDays = (days: number) => new Date(began + days * day);
const createPorts = () => createFakePorts({ datasets: [aLanding('gym_logins'), aLanding('bpm')] });
const purgeNothing = async () => 0;

it('takes away each thing when its time is over, and not before', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: began });
  const ports = createPorts();
  const request = { id: 'r', content: 'c', at: addDays(0).toISOString() };
  const entry = {
    entry: 'e',
    at: request.at,
    actor: 'ann',
    action: 'pause',
    target: 'pipeline',
    reason: 'So.',
  } as const;
  await storeFile(ports, aFile('bpm/a', { batch }));
  await ports.idempotencyKeys.claim(request, 60);
  await ports.auditLog.record(entry);
  const look = async () => ({
    files: (await ports.files.list({}, 10)).rows.length,
    keys: (await ports.idempotencyKeys.claim(request, 1e9)).kind,
    entries: (await ports.auditLog.list({}, 10)).rows.length,
  });

  await applyRetention(ports, purgeNothing, addDays(7));
  expect(await look()).toEqual({ files: 1, keys: 'in_progress', entries: 1 });
  await applyRetention(ports, purgeNothing, addDays(7.1));
  expect(await look()).toEqual({ files: 1, keys: 'new', entries: 1 });
  await applyRetention(ports, purgeNothing, addDays(180));
  expect(await look()).toMatchObject({ files: 1 });
  expect(await applyRetention(ports, purgeNothing, addDays(180.1))).toMatchObject({ archivedFiles: 1, failed: 0 });
  expect(await look()).toMatchObject({ files: 0, entries: 1 });
  await applyRetention(ports, purgeNothing, addDays(1825.1));
  expect(await look()).toMatchObject({ files: 0, entries: 0 });
});

it('asks for the histories that began over thirty days ago', async () => {
  const asked: Date[] = [];
  const report = await applyRetention(createPorts(), async (before) => asked.push(before), addDays(30));
  expect(asked).toEqual([addDays(0)]);
  expect(report).toEqual({ backedUpRows: 0, archivedFiles: 0, purgedOrchestrations: 1, failed: 0, failures: [] });
});

it('names what it could not do, and does the rest', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: began });
  const ports = createPorts();
  await storeFile(ports, aFile('bpm/a', { batch }));
  await storeFile(ports, aFile('gym_logins/a', { batch }));
  const archive = {
    ...ports.archive,
    purge: async (dataset: string, files: Parameters<typeof ports.archive.purge>[1]) => {
      if (dataset === 'gym_logins') throw new Error('HTTP 503.');
      await ports.archive.purge(dataset, files);
    },
  };
  const fail = () => Promise.reject(new Error('The host is away.'));
  expect(await applyRetention({ ...ports, archive }, fail, addDays(200))).toEqual({
    backedUpRows: expect.any(Number),
    archivedFiles: 1,
    purgedOrchestrations: 0,
    failed: 2,
    failures: [
      { subject: 'orchestrations', reason: 'The host is away.' },
      { subject: "files of 'gym_logins'", reason: 'HTTP 503.' },
    ],
  });
});

it('backs the state up last, for four minutes, so that nothing waits for it', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: began });
  const ports = createPorts();
  await storeFile(ports, aFile('bpm/a', { batch }));
  const { list } = ports.stateRows;
  const order: string[] = [];
  const listSlowly: typeof list = async (after) => {
    order.push('backup');
    vi.advanceTimersByTime(240_000);
    return { ...(await list(after)), next: 'more' };
  };
  const stateRows = { ...ports.stateRows, list: listSlowly };
  const purge = async () => order.push('orchestrations');
  const report = await applyRetention({ ...ports, stateRows }, purge, addDays(200));
  expect(order).toEqual(['orchestrations', 'backup']);
  expect(report).toMatchObject({ archivedFiles: 1, failed: 0 });
});
