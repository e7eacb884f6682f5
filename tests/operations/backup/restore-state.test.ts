import { describe, expect, it, vi } from 'vitest';
import { createStrictTable } from '../../../emulators/table-storage/strict-table.ts';
import { backUp } from '../../../operations/backup/back-up.ts';
import { restoreState } from '../../../operations/backup/restore-state.ts';
import { aFile } from '../../support/a-file.ts';
import { createRun, toBatch } from '../../support/batches.ts';
import { createFakePorts, type FakePorts } from '../../support/fake-ports.ts';
import { storeFile } from '../../support/store-file.ts';

const now = new Date('2026-01-02T00:30:00.000Z');

async function readRows({ stateRows }: FakePorts): Promise<string[]> {
  const { rows } = await stateRows.list();
  return rows.map((row) => JSON.stringify(JSON.parse(row), null, 1)).sort();
}

async function createBackup(): Promise<FakePorts> {
  const ports = createFakePorts();
  await restoreState(ports, now);
  for (const name of ['a', 'b', 'c']) await storeFile(ports, aFile(`users/${name}`));
  await ports.runs.save(createRun(1, 'published', { release: 'r-1' }));
  await ports.pipelineControl.requestCancellation(toBatch(1), 'It was wrong.');
  await backUp(ports, now);
  return ports;
}

const loseTable = ({ texts }: FakePorts) =>
  createFakePorts({ texts: Object.fromEntries(texts), table: createStrictTable() });

describe('a state table that is lost', () => {
  it('has all its rows again, and an entry that says so', async () => {
    const before = await createBackup();
    const rows = await readRows(before);
    const after = loseTable(before);
    await restoreState(after, now);

    const audit = (await after.auditLog.list({}, 10)).rows;
    expect(audit).toMatchObject([{ action: 'restore', actor: 'operator', target: 'state-table' }]);
    expect(audit[0]?.reason).toContain("backup '20260102T003000000Z'");
    const restored = await readRows(after);
    expect(restored.filter((row) => !row.includes('"_audit"'))).toEqual(rows);
  });

  it('is filled by whoever goes on after one that was stopped, and by two at once', async () => {
    const before = await createBackup();
    const after = loseTable(before);
    const { insertMissing } = after.stateRows;
    const insertOne = async (lines: readonly string[]) => {
      await insertMissing(lines.slice(0, 1));
      throw new Error('Killed.');
    };
    Object.assign(after.stateRows, { insertMissing: insertOne });
    await expect(restoreState(after, now)).rejects.toThrow('Killed.');
    Object.assign(after.stateRows, { insertMissing });
    await Promise.all([restoreState(after, now), restoreState(after, new Date(now.getTime() + 1))]);
    const restored = (await readRows(after)).filter((row) => !row.includes('"_audit"'));
    expect(restored).toEqual(await readRows(before));
  });

  it('ends the runs that were under way, so that a person can retry them', async () => {
    const before = await createBackup();
    await before.runs.save(createRun(2, 'running'));
    await backUp(before, new Date('2026-01-03T00:30:00.000Z'));
    const after = loseTable(before);
    await restoreState(after, now);
    expect(await after.runs.listRunning()).toEqual([]);
    expect(await after.runs.get(toBatch(2))).toMatchObject({ outcome: 'failed' });
    expect((await after.runs.get(toBatch(2)))?.reason).toContain('Retry the run.');
  });

  it('comes from an older backup while the next one is not done', async () => {
    const before = await createBackup();
    const { list } = before.stateRows;
    vi.useFakeTimers({ toFake: ['performance'] });
    const listInPart: typeof list = async (after) => {
      vi.advanceTimersByTime(240_000);
      return { ...(await list(after)), next: 'more' };
    };
    await backUp({ ...before, stateRows: { ...before.stateRows, list: listInPart } }, new Date('2026-01-03T00:30:00Z'));
    vi.useRealTimers();
    expect([...before.texts.keys()]).toContain('backups/20260103T003000000Z/rows-000001.jsonl.gz');
    const after = loseTable(before);
    await restoreState(after, now);
    expect((await after.auditLog.list({}, 10)).rows[0]?.reason).toContain("backup '20260102T003000000Z'");
    expect(await after.marks.find('backup')).toBeUndefined();
  });

  it('stays closed while its backup lacks a part, and says what to do', async () => {
    const before = await createBackup();
    before.texts.delete('backups/20260102T003000000Z/rows-000001.jsonl.gz');
    const after = loseTable(before);
    await expect(restoreState(after, now)).rejects.toThrow("Remove 'backups/20260102T003000000Z.json'");
    expect(await after.stateRows.isOpened()).toBe(false);
  });
});

it('a table that is in use is left alone', async () => {
  const ports = await createBackup();
  const rows = await readRows(ports);
  await restoreState(ports, now);
  expect(await readRows(ports)).toEqual(rows);
});
