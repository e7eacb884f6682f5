import { expect, it } from 'vitest';
import { recordAct } from '../../../functions/http/audit.ts';
import { aRoom, noon } from '../../support/a-room.ts';

it('an act says who, what, when and why', async () => {
  const room = aRoom();
  const act = await recordAct(
    room,
    { who: 'ann', roles: [] },
    { did: 'paused', target: 'pipeline', why: 'Maintenance.' },
  );
  expect(act).toMatchObject({
    at: noon.toISOString(),
    who: 'ann',
    did: 'paused',
    target: 'pipeline',
    why: 'Maintenance.',
  });
  expect(room.world.desk.kept.acts).toEqual([act]);
});
