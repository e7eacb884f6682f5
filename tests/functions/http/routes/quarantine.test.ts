import { describe, expect, it } from 'vitest';
import {
  dismissQuarantine,
  quarantine,
  quarantinedLines,
  replayQuarantine,
} from '../../../../functions/http/routes/quarantine.ts';
import { aFile, getProperties } from '../../../support/a-file.ts';
import { aLanding } from '../../../support/a-landing.ts';
import { createTableContract } from '../../../support/fake-ports.ts';
import { createPrincipal, createTestContext, send } from '../../../support/test-context.ts';

const broken = aFile('gym_logins/a', { quarantined: 2, violations: { gym_missing: 2 } });
const other = aFile('gym_logins/b', { quarantined: 1, violations: { login_missing: 1 } });
const fine = aFile('gym_logins/c', { quarantined: 0 });
const files = [broken, other, fine];
const row = (line: number) => ({
  ...{ table_name: 'bronze.gym_logins', _line_number: line, violations: '["gym_missing"]' },
  ...{ columns: '{"gym":null,"mac_address":"***"}', text: null },
});
const roomWith = () =>
  createTestContext({
    files,
    landed: files.map(getProperties),
    datasets: [aLanding('gym_logins', 'bronze.gym_logins')],
    tables: [createTableContract('bronze.gym_logins')],
    answer: () => ({ kind: 'rows', rows: [row(3), row(5)] }),
  });
const params = { file: broken.file };

describe('the quarantine desk', () => {
  it('lists files by what is wrong with them', async () => {
    const listed = async (query: Record<string, string>) =>
      (await send(roomWith(), quarantine, { query })).body.files.map(({ path }: { path: string }) => path);
    expect(await listed({})).toEqual(['gym_logins/a', 'gym_logins/b']);
    expect(await listed({ rule: 'login_missing' })).toEqual(['gym_logins/b']);
    expect(await listed({ dismissed: 'true' })).toEqual([]);
  });

  it('shows the lines of a file, a page at a time', async () => {
    const { body } = await send(roomWith(), quarantinedLines, { params, query: { limit: '1' } });
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

  it('unmasks lines for the role privacy alone, and writes down who looked', async () => {
    const looked = (context: ReturnType<typeof roomWith>, role: string) =>
      send(context, quarantinedLines, {
        ...{ params, query: { unmasked: 'true' }, access: 'entra' as const },
        headers: createPrincipal('ann', role),
      });
    expect((await looked(roomWith(), 'operator')).status).toBe(403);
    const context = roomWith();
    expect((await looked(context, 'privacy')).status).toBe(200);
    expect(context.ports.desk.kept.acts).toMatchObject([{ action: 'unmasked', actor: 'ann', target: broken.file }]);
  });

  it('replays what is selected, as a plan that is executed', async () => {
    const context = roomWith();
    const { body, status } = await send(context, replayQuarantine, {
      body: { rule: 'gym_missing', reason: 'The rule was wrong.' },
    });
    expect(status).toBe(202);
    expect(context.ports.desk.kept.executions.get(body.plan)).toMatchObject({ state: 'queued' });
    expect((await send(context, replayQuarantine, { body: { reason: 'Everything.' } })).status).toBe(400);
  });

  it('takes off what is discarded, with the reason', async () => {
    const context = roomWith();
    expect((await send(context, dismissQuarantine, { params, body: { reason: 'A test file.' } })).body).toMatchObject({
      action: 'discarded',
    });
    expect((await send(context, quarantine)).body.files).toHaveLength(1);
    const { body } = await send(context, quarantine, { query: { dismissed: 'true' } });
    expect(body.files).toMatchObject([{ dismissed: "Discarded by 'local': A test file." }]);
    const nothing = await send(context, dismissQuarantine, {
      params: { file: fine.file },
      body: { reason: 'A test file.' },
    });
    expect(nothing.status).toBe(409);
  });

  it('knows no other file', async () => {
    const unknown = { params: { file: '../x' } };
    expect((await send(roomWith(), quarantinedLines, unknown)).status).toBe(404);
    expect((await send(roomWith(), dismissQuarantine, { ...unknown, body: { reason: 'Just so.' } })).status).toBe(404);
  });
});
