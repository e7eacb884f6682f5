import { expect, it } from 'vitest';
import { acts } from '../../../../functions/http/routes/audit-log.ts';
import { aRoom, ask } from '../../../support/a-room.ts';

it('acts are listed, all or of one target', async () => {
  const context = aRoom();
  const entry = { at: '2026-01-01T00:00:00Z', actor: 'ann', reason: 'So be it.' };
  await context.ports.desk.record({ ...entry, entry: '1', action: 'paused', target: 'pipeline' });
  await context.ports.desk.record({ ...entry, entry: '2', action: 'skipped', target: 'run' });

  expect((await ask(context, acts)).body.acts).toHaveLength(2);
  expect((await ask(context, acts, { query: { target: 'run' } })).body.acts).toMatchObject([{ entry: '2' }]);
});
