import { describe, expect, it } from 'vitest';
import {
  discardQuarantine,
  quarantine,
  quarantinedLines,
  replayQuarantine,
} from '../../../../functions/http/routes/quarantine.ts';
import { aFile, factsOf } from '../../../support/a-file.ts';
import { aLanding } from '../../../support/a-landing.ts';
import { aRoom, ask, principal } from '../../../support/a-room.ts';
import { tableOf } from '../../../support/world.ts';

const broken = aFile('gym_logins/a', { quarantined: 2, problems: { gym_missing: 2 } });
const other = aFile('gym_logins/b', { quarantined: 1, problems: { login_missing: 1 } });
const fine = aFile('gym_logins/c', { quarantined: 0 });
const files = [broken, other, fine];
const row = (line: number) => ({
  ...{ table_name: 'bronze.gym_logins', _line_number: line, problems: '["gym_missing"]' },
  ...{ columns: '{"gym":null,"mac_address":"***"}', text: null },
});
const roomWith = () =>
  aRoom({
    files,
    landed: files.map(factsOf),
    datasets: [aLanding('gym_logins', 'bronze.gym_logins')],
    tables: [tableOf('bronze.gym_logins')],
    answer: () => ({ kind: 'rows', rows: [row(3), row(5)] }),
  });
const params = { file: broken.file };

describe('the quarantine desk', () => {
  it('lists files by what is wrong with them', async () => {
    const listed = async (query: Record<string, string>) =>
      (await ask(roomWith(), quarantine, { query })).body.files.map(({ path }: { path: string }) => path);
    expect(await listed({})).toEqual(['gym_logins/a', 'gym_logins/b']);
    expect(await listed({ rule: 'login_missing' })).toEqual(['gym_logins/b']);
    expect(await listed({ discarded: 'true' })).toEqual([]);
  });

  it('shows the lines of a file, a page at a time', async () => {
    const { body } = await ask(roomWith(), quarantinedLines, { params, query: { limit: '1' } });
    expect(body).toEqual({
      lines: [
        { table: 'bronze.gym_logins', line: 3, problems: ['gym_missing'], columns: { gym: null, mac_address: '***' } },
      ],
      next: '3',
    });
  });

  it('unmasks lines for the role privacy alone, and writes down who looked', async () => {
    const looked = (room: ReturnType<typeof roomWith>, role: string) =>
      ask(room, quarantinedLines, {
        ...{ params, query: { unmasked: 'true' }, access: 'entra' as const },
        headers: principal('ann', role),
      });
    expect((await looked(roomWith(), 'operator')).status).toBe(403);
    const room = roomWith();
    expect((await looked(room, 'privacy')).status).toBe(200);
    expect(room.world.desk.kept.acts).toMatchObject([{ did: 'unmasked', who: 'ann', target: broken.file }]);
  });

  it('replays what is selected, as a plan that is executed', async () => {
    const room = roomWith();
    const { body, status } = await ask(room, replayQuarantine, {
      body: { rule: 'gym_missing', why: 'The rule was wrong.' },
    });
    expect(status).toBe(202);
    expect(room.world.desk.kept.executions.get(body.plan)).toMatchObject({ state: 'queued' });
    expect((await ask(room, replayQuarantine, { body: { why: 'Everything.' } })).status).toBe(400);
  });

  it('takes off what is discarded, with the reason', async () => {
    const room = roomWith();
    expect((await ask(room, discardQuarantine, { params, body: { why: 'A test file.' } })).body).toMatchObject({
      did: 'discarded',
    });
    expect((await ask(room, quarantine)).body.files).toHaveLength(1);
    const { body } = await ask(room, quarantine, { query: { discarded: 'true' } });
    expect(body.files).toMatchObject([{ discarded: "Discarded by 'local': A test file." }]);
    const nothing = await ask(room, discardQuarantine, { params: { file: fine.file }, body: { why: 'A test file.' } });
    expect(nothing.status).toBe(409);
  });

  it('knows no other file', async () => {
    const unknown = { params: { file: '../x' } };
    expect((await ask(roomWith(), quarantinedLines, unknown)).status).toBe(404);
    expect((await ask(roomWith(), discardQuarantine, { ...unknown, body: { why: 'Just so.' } })).status).toBe(404);
  });
});
