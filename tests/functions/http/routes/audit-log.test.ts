import { expect, it } from 'vitest';
import { acts } from '../../../../functions/http/routes/audit-log.ts';
import { aRoom, ask } from '../../../support/a-room.ts';

it('acts are listed, all or of one target', async () => {
  const room = aRoom();
  const act = { at: '2026-01-01T00:00:00Z', who: 'ann', why: 'So be it.' };
  await room.world.desk.record({ ...act, act: '1', did: 'paused', target: 'pipeline' });
  await room.world.desk.record({ ...act, act: '2', did: 'skipped', target: 'run' });

  expect((await ask(room, acts)).body.acts).toHaveLength(2);
  expect((await ask(room, acts, { query: { target: 'run' } })).body.acts).toMatchObject([{ act: '2' }]);
});
