import { expect, it } from 'vitest';
import { createAuditLog } from '../../../cloud/table-storage/audit-log.ts';
import type { AuditEntry } from '../../../medallion/audit/audit-entry.ts';
import { UnknownPageTokenError } from '../../../medallion/page.ts';
import { batch } from '../../support/samples.ts';
import { describeOnTables } from '../../support/table-services.ts';

const createEntry = (day: number, change: Partial<AuditEntry> = {}): AuditEntry => ({
  entry: `e${day}`,
  at: `2026-01-0${day}T00:00:00.000Z`,
  actor: 'ann',
  action: 'pause',
  target: 'pipeline',
  reason: 'So.',
  ...change,
});

describeOnTables('the audit log', (openTable) => {
  it('gives its entries newest first, a page at a time', async () => {
    const log = createAuditLog(openTable());
    for (const day of [2, 1, 3]) await log.record(createEntry(day));
    const first = await log.list({}, 2);
    const second = await log.list({}, 2, first.next);
    expect([...first.rows, ...second.rows]).toEqual([3, 2, 1].map((day) => createEntry(day)));
    await expect(log.list({}, 2, 'nonsense')).rejects.toThrow(UnknownPageTokenError);
  });

  it('gives the entries of one target', async () => {
    const log = createAuditLog(openTable());
    const skipped = createEntry(2, { action: 'skip', target: batch });
    for (const entry of [createEntry(1), skipped]) await log.record(entry);
    expect((await log.list({ target: batch }, 10)).rows).toEqual([skipped]);
    expect((await log.list({ target: "x' or '1' eq '1" }, 10)).rows).toEqual([]);
  });

  it('forgets what is old, under both of its keys', async () => {
    const log = createAuditLog(openTable());
    for (const day of [1, 2, 3]) await log.record(createEntry(day));
    await log.deleteBefore(new Date('2026-01-03T00:00:00Z'));
    expect((await log.list({}, 10)).rows).toEqual([createEntry(3)]);
    expect((await log.list({ target: 'pipeline' }, 10)).rows).toEqual([createEntry(3)]);
  });

  it('has each entry once, and never changes it', async () => {
    const log = createAuditLog(openTable());
    await log.record(createEntry(1));
    await expect(log.record(createEntry(1, { reason: 'Another one.' }))).rejects.toMatchObject({ statusCode: 409 });
    await log.recordOnce(createEntry(1, { reason: 'Another one.' }));
    expect((await log.list({}, 10)).rows).toEqual([createEntry(1)]);
    await log.recordOnce(createEntry(2));
    expect((await log.list({}, 10)).rows).toEqual([createEntry(2), createEntry(1)]);
  });
});
