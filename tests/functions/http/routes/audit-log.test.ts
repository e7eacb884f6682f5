import { expect, it } from 'vitest';
import { acts } from '../../../../functions/http/routes/audit-log.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

it('acts are listed, all or of one target', async () => {
  const context = createTestContext();
  const entry = { at: '2026-01-01T00:00:00Z', actor: 'ann', reason: 'So be it.' };
  await context.ports.desk.record({ ...entry, entry: '1', action: 'paused', target: 'pipeline' });
  await context.ports.desk.record({ ...entry, entry: '2', action: 'skipped', target: 'run' });

  expect((await send(context, acts)).body.acts).toHaveLength(2);
  expect((await send(context, acts, { query: { target: 'run' } })).body.acts).toMatchObject([{ entry: '2' }]);
});
