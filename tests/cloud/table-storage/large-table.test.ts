import type { TransactionAction } from '@azure/data-tables';
import { beforeAll, describe, expect, it } from 'vitest';
import { toFileRow } from '../../../cloud/table-storage/file-rows.ts';
import { createState } from '../../../cloud/table-storage/index.ts';
import { freshKey, latestKey, pendingKey } from '../../../cloud/table-storage/keys.ts';
import { createStrictTable } from '../../../emulators/table-storage/strict-table.ts';
import type { AuditEntry } from '../../../medallion/audit/audit-entry.ts';
import type { RegisteredFile } from '../../../medallion/files/file.ts';
import type { StatePorts } from '../../../medallion/ports/index.ts';
import { aFile } from '../../support/a-file.ts';
import { registerAs } from '../../support/register-files.ts';
import { batch } from '../../support/samples.ts';

const landing = ['gym_logins', 'bpm'].map((dataset) => ({ dataset }));
const datasets = landing.map(({ dataset }) => dataset);
const published = 130_000;
const pending = 10_000;

/** No call may look at more rows, however many there are. */
const maxLooked = 5000;

const { client, getLookedAt } = createStrictTable();
const state: StatePorts = createState(async () => client, landing);

const createFile = (index: number, change: Partial<RegisteredFile>): RegisteredFile =>
  aFile(`gym_logins/${index}`, {
    lastModified: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
    ...change,
  });

/** The rows that registration and the end of a batch leave of each file. */
async function fill(): Promise<void> {
  for (let index = 0; index < published + pending; index++) {
    const file = createFile(index, { status: index < published ? 'published' : 'pending' });
    const latest = { partitionKey: file.dataset, rowKey: latestKey(file), file: file.file };
    const actions: TransactionAction[] = [
      ['create', toFileRow(file)],
      ['create', latest],
    ];
    if (file.status === 'pending')
      actions.push(['create', toFileRow(file, pendingKey(file))], ['create', toFileRow(file, freshKey(file))]);
    await client.submitTransaction(actions);
  }
}

const entry: AuditEntry = {
  entry: 'e1',
  at: '2026-01-01T00:00:00.000Z',
  actor: 'ann',
  action: 'execute_plan',
  target: `p-${batch}`,
  reason: 'So.',
};
const oldest = createFile(0, {});
const line = { ...oldest, batch, replaces: null };

const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['registering a file', () => registerAs(state, { ...oldest, etag: '0x2', isDirectory: false })],
  ['a file by dataset and id', () => state.files.get('gym_logins', oldest.file)],
  ['a file by its id', () => state.files.findById(oldest.file)],
  ['files that no condition meets', () => state.files.list({ status: 'failed' }, 100)],
  ['files of a batch', () => state.files.list({ batch }, 1000)],
  ['all files', () => state.files.list({}, 1000)],
  ['the newest files', () => state.files.listNewest(datasets, 1000)],
  ['quarantined files', () => state.files.listQuarantined({ dismissed: false }, 100)],
  ['the files of a batch out of a flood', () => state.queue.next(1000)],
  ['how many wait', () => state.queue.count()],
  ['the end of a batch', () => state.files.finalize([line], new Map(), { status: 'published' })],
  ['the plan that waits', () => state.plans.nextQueued()],
  ['the plan that runs', () => state.plans.findRunningPlan(batch)],
  ['the acts on a plan', () => state.auditLog.list({ target: entry.target }, 20)],
];

describe('in a table of 300,000 rows', () => {
  beforeAll(fill);

  it.for(calls)('%s is found by few rows', async ([, call]) => {
    const before = getLookedAt();
    await call();
    expect(getLookedAt() - before).toBeLessThanOrEqual(maxLooked);
  });

  it('what waits is found at once, oldest first', async () => {
    const { rows } = await state.files.list({ status: 'pending' }, 100);
    expect(rows).toHaveLength(100);
    expect(rows.map(({ lastModified }) => lastModified)).toEqual(rows.map(({ lastModified }) => lastModified).sort());
  });

  it('a list that comes to nothing at once says where to go on, and comes to its end', async () => {
    const rare = createFile(-1, { status: 'failed' });
    await client.createEntity(toFileRow(rare));
    let calls = 0;
    const files: RegisteredFile[] = [];
    for (let after: string | undefined; ; ) {
      const before = getLookedAt();
      const page = await state.files.list({ dataset: 'gym_logins', status: 'failed' }, 10, after);
      expect(getLookedAt() - before).toBeLessThanOrEqual(maxLooked);
      files.push(...page.rows);
      calls++;
      after = page.next;
      if (after === undefined) break;
    }
    expect(files).toEqual([rare]);
    expect(calls).toBeGreaterThanOrEqual((published + pending) / maxLooked);
  });
});
