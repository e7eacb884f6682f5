import { expect, it } from 'vitest';
import { recordAuditEntry } from '../../../functions/http/audit.ts';
import { createTestContext, noon } from '../../support/test-context.ts';

it('an audit entry says who, what, when and why, and is in the audit log', async () => {
  const context = createTestContext();
  const decision = { action: 'pause', target: 'pipeline', reason: 'Maintenance.' } as const;
  const entry = await recordAuditEntry(context, { actor: 'ann', roles: [] }, decision);
  expect(entry).toMatchObject({ at: noon.toISOString(), actor: 'ann', ...decision });
  expect((await context.ports.auditLog.list({}, 10)).rows).toEqual([entry]);
  const line = { event: 'decision.recorded', entry: entry.entry, action: 'pause', target: 'pipeline' };
  expect(context.logged.map((text) => JSON.parse(text))).toEqual([{ at: noon.toISOString(), ...line }]);
});
