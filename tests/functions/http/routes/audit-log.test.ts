import { expect, it } from 'vitest';
import { auditLog } from '../../../../functions/http/routes/audit-log.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

it('GET /api/audit-log lists entries, all or those of one target, newest first and by pages', async () => {
  const context = createTestContext();
  const entry = { actor: 'ann', reason: 'So be it.' };
  const earlier = { ...entry, entry: '1', at: '2026-01-01T00:00:00Z', action: 'pause', target: 'pipeline' } as const;
  const later = { ...entry, entry: '2', at: '2026-01-02T00:00:00Z', action: 'skip', target: 'run' } as const;
  for (const decision of [earlier, later]) await context.ports.auditLog.record(decision);

  expect((await send(context, auditLog)).body).toEqual({ entries: [later, earlier] });
  expect((await send(context, auditLog, { query: { target: 'pipeline' } })).body).toEqual({ entries: [earlier] });
  const { body } = await send(context, auditLog, { query: { limit: '1' } });
  expect(body.entries).toEqual([later]);
  expect((await send(context, auditLog, { query: { after: body.next } })).body).toEqual({ entries: [earlier] });
});
