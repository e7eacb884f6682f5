import { expect, it } from 'vitest';
import { recordAuditEntry } from '../../../functions/http/audit.ts';
import { aRoom, noon } from '../../support/a-room.ts';

it('an act says who, what, when and why', async () => {
  const context = aRoom();
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
