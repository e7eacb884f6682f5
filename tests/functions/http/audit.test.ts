import { expect, it } from 'vitest';
import { recordAuditEntry } from '../../../functions/http/audit.ts';
import { createTestContext, noon } from '../../support/test-context.ts';

it('an act says who, what, when and why', async () => {
  const context = createTestContext();
  const entry = await recordAuditEntry(
    context,
    { actor: 'ann', roles: [] },
    { action: 'paused', target: 'pipeline', reason: 'Maintenance.' },
  );
  expect(entry).toMatchObject({
    at: noon.toISOString(),
    actor: 'ann',
    action: 'paused',
    target: 'pipeline',
    reason: 'Maintenance.',
  });
  expect(context.ports.desk.kept.acts).toEqual([entry]);
});
