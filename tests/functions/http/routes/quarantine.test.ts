import { describe, expect, it } from 'vitest';
import {
  dismissQuarantine,
  quarantine,
  quarantinedLines,
  replayQuarantine,
} from '../../../../functions/http/routes/quarantine.ts';
import type { QueryResult } from '../../../../medallion/ports/sql-warehouse.ts';
import { aFile, getProperties } from '../../../support/a-file.ts';
import { aLanding } from '../../../support/a-landing.ts';
import { createTableContract } from '../../../support/fake-ports.ts';
import { storeFile } from '../../../support/store-file.ts';
import { createPrincipal, createTestContext, entra, send, type TestContext } from '../../../support/test-context.ts';

const broken = aFile('gym_logins/a', { quarantinedLines: 2, violations: { gym_missing: 2 } });
const other = aFile('gym_logins/b', { quarantinedLines: 1, violations: { login_missing: 1 } });
const fine = aFile('gym_logins/c');
const stored = [broken, other, fine];
const createRow = (line: number) => ({
  table_name: 'bronze.gym_logins',
  _line_number: line,
  violations: '["gym_missing"]',
  columns: '{"gym":null,"mac_address":"***"}',
  text: null,
});

async function createContext(
  answer: () => QueryResult = () => ({ kind: 'rows', rows: [createRow(3), createRow(5)] }),
): Promise<TestContext> {
  const context = createTestContext({
    landed: stored.map(getProperties),
    datasets: [aLanding('gym_logins', 'gym_logins')],
    tables: [createTableContract('bronze.gym_logins')],
    answer,
  });
  for (const file of stored) await storeFile(context.ports, file);
  return context;
}
const params = { file: broken.file };

describe('GET /api/quarantine', () => {
  it('lists files by the rule that is broken', async () => {
    const list = async (query: Record<string, string>) => {
      const { body } = await send(await createContext(), quarantine, { query });
      return body.files.map(({ path }: { path: string }) => path).sort();
    };
    expect(await list({})).toEqual(['gym_logins/a', 'gym_logins/b']);
    expect(await list({ rule: 'login_missing' })).toEqual(['gym_logins/b']);
    expect(await list({ dataset: 'gym_logins' })).toEqual(['gym_logins/a', 'gym_logins/b']);
    expect(await list({ dataset: 'nothing' })).toEqual([]);
    expect(await list({ dismissed: 'true' })).toEqual([]);
  });

  it('lists a file that was set aside as a whole, with its reason', async () => {
    const context = await createContext();
    const whole = aFile('gym_logins/d', { status: 'quarantined', reason: 'It has no header.' });
    await storeFile(context.ports, whole);
    const { body } = await send(context, quarantine);
    expect(body.files).toContainEqual(expect.objectContaining({ path: whole.path, reason: 'It has no header.' }));
    expect((await send(context, quarantine, { query: { rule: 'gym_missing' } })).body.files).toHaveLength(1);
  });

  it('leaves out a file that a newer one has taken the place of', async () => {
    const context = await createContext();
    await storeFile(context.ports, aFile('gym_logins/d', { status: 'superseded', quarantinedLines: 1 }));
    expect((await send(context, quarantine)).body.files).toHaveLength(2);
  });
});

describe('GET /api/quarantine/{file}/lines', () => {
  it('shows the lines of a file, a page at a time', async () => {
    const { body } = await send(await createContext(), quarantinedLines, { params, query: { limit: '1' } });
    expect(body).toEqual({
      lines: [
        {
          table: 'bronze.gym_logins',
          line: 3,
          violations: ['gym_missing'],
          columns: { gym: null, mac_address: '***' },
        },
      ],
      next: '3',
    });
  });

  it('unmasks lines for the role privacy alone, and records who looked', async () => {
    const sendAs = (context: TestContext, role: string, reason?: string) =>
      send(context, quarantinedLines, {
        params,
        query: { unmasked: 'true', ...(reason ? { reason } : {}) },
        access: entra,
        headers: createPrincipal('ann', role),
      });
    const closed = await createContext();
    expect((await sendAs(closed, 'operator')).status).toBe(403);
    expect(closed.ports.statements).toEqual([]);
    const context = await createContext();
    expect((await sendAs(context, 'privacy')).status).toBe(400);
    expect(context.ports.statements).toEqual([]);
    const response = await sendAs(context, 'privacy', 'Ann asked what is kept.');
    expect(response.status).toBe(200);
    expect(response.headers['cache-control']).toBe('no-store');
    const { rows } = await context.ports.auditLog.list({}, 10);
    const entry = { action: 'unmask', actor: 'ann (id-ann)', target: broken.file, reason: 'Ann asked what is kept.' };
    expect(rows).toMatchObject([entry]);
  });

  it('says so when the warehouse rejects the query', async () => {
    const context = await createContext(() => ({ kind: 'rejected', reason: 'No such table.' }));
    expect(await send(context, quarantinedLines, { params })).toMatchObject({
      status: 502,
      body: { code: 'query_failed', detail: expect.stringContaining('No such table.') },
    });
  });
});

describe('POST /api/quarantine/replay', () => {
  const body = { rule: 'gym_missing', reason: 'The rule was wrong.' };

  it('replays what is selected, as a plan that is executed', async () => {
    const context = await createContext();
    const response = await send(context, replayQuarantine, { body });
    expect(response.status).toBe(202);
    const { plan } = response.body;
    expect(await context.ports.plans.getExecution(plan)).toMatchObject({ state: 'queued' });
    const { rows } = await context.ports.auditLog.list({}, 10);
    expect(rows).toMatchObject([{ action: 'replay', target: plan }]);
    expect(context.wakeUps).toEqual(['pipeline']);
  });

  it('rejects a replay of everything, and one of nothing', async () => {
    const context = await createContext();
    expect((await send(context, replayQuarantine, { body: { reason: 'Everything.' } })).status).toBe(400);
    expect(await send(context, replayQuarantine, { body: { ...body, rule: 'nothing' } })).toMatchObject({
      status: 422,
      body: { code: 'empty_selection' },
    });
  });
});

describe('POST /api/quarantine/{file}/dismiss', () => {
  const body = { reason: 'A test file.' };

  it('takes off the list what is dismissed, with the reason', async () => {
    const context = await createContext();
    expect((await send(context, dismissQuarantine, { params, body })).body).toMatchObject({ action: 'dismiss' });
    expect((await send(context, quarantine)).body.files).toHaveLength(1);
    const dismissed = await send(context, quarantine, { query: { dismissed: 'true' } });
    expect(dismissed.body.files).toMatchObject([{ dismissed: "Dismissed by 'local': A test file." }]);
  });

  it('takes off the list a file that was set aside as a whole', async () => {
    const context = await createContext();
    const whole = aFile('gym_logins/d', { status: 'quarantined', reason: 'It has no header.' });
    await storeFile(context.ports, whole);
    expect(await send(context, dismissQuarantine, { params: { file: whole.file }, body })).toMatchObject({
      status: 200,
    });
    expect((await send(context, quarantine)).body.files).toHaveLength(2);
  });

  it('has nothing to dismiss of a file without quarantined lines', async () => {
    const context = await createContext();
    const response = await send(context, dismissQuarantine, { params: { file: fine.file }, body });
    expect(response).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });
});

it('the quarantine has no other file', async () => {
  const unknown = { params: { file: '../x' } };
  const context = await createContext();
  expect((await send(context, quarantinedLines, unknown)).status).toBe(404);
  expect((await send(context, dismissQuarantine, { ...unknown, body: { reason: 'Just so.' } })).status).toBe(404);
});
