import { describe, expect, it } from 'vitest';
import { createStrictTable } from '../../../emulators/table-storage/strict-table.ts';
import { formatManifest, manifestPath } from '../../../medallion/files/manifest.ts';
import { toManifestLine, toPlannedFile } from '../../../medallion/reprocessing/plan.ts';
import type { FileSelection } from '../../../medallion/reprocessing/selection.ts';
import { isRejected } from '../../../operations/rejected.ts';
import { selectPlannedFiles } from '../../../operations/reprocessing/select-planned-files.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { toBatch } from '../../support/batches.ts';
import { createFakePorts, createTableContract, type FakePorts } from '../../support/fake-ports.ts';
import { registerNew } from '../../support/register-files.ts';
import { batch, tuning } from '../../support/samples.ts';
import { storeFile } from '../../support/store-file.ts';

const published = aFile('gym_logins/a', { batch, lines: 10, release: 'r-1' });
const quarantined = aFile('gym_logins/b', { batch, lines: 5, quarantinedLines: 1, violations: { gym_missing: 1 } });
const blocked = aFile('bpm_export/d', { batch, status: 'blocked' });
const ignored = aFile('gym_logins/e', { batch, status: 'ignored' });
const setAside = aFile('bpm_export/f', { batch, status: 'quarantined', reason: '10 of its 10 lines are broken.' });
const stored = [published, quarantined, blocked, ignored, setAside];
const pending = aFile('gym_logins/c');
const datasets = [aLanding('gym_logins'), aLanding('bpm_export')];

async function createPorts(options: Parameters<typeof createFakePorts>[0] = {}): Promise<FakePorts> {
  const ports = createFakePorts({ datasets, landed: [...stored, pending].map(getProperties), ...options });
  for (const file of stored) await storeFile(ports, file);
  await registerNew(ports, getProperties(pending));
  return ports;
}

async function listPaths(ports: FakePorts, ...selections: FileSelection[]): Promise<string[]> {
  const selected = await selectPlannedFiles(ports, selections);
  if (isRejected(selected)) throw new Error(selected.reason);
  return selected.files.map(({ path }) => path).sort();
}

describe('selectPlannedFiles', () => {
  it('takes what was loaded, and leaves out what waits or was ignored', async () => {
    const ports = await createPorts();
    expect(await listPaths(ports, { dataset: 'gym_logins' })).toEqual([published.path, quarantined.path]);
    expect(await listPaths(ports, { dataset: 'gym_logins' }, { dataset: 'bpm_export' })).toHaveLength(4);
  });

  it.for([
    [{ release: 'r-1' }, [published.path]],
    [{ status: 'blocked' }, [blocked.path]],
    [{ status: 'quarantined' }, [setAside.path]],
    [{ rule: 'gym_missing' }, [quarantined.path]],
    [{ files: [blocked.file] }, [blocked.path]],
    [{ batch, path: 'gym_logins/*' }, [published.path, quarantined.path]],
  ] as [FileSelection, string[]][])('goes by the conditions: %j', async ([selection, paths]) => {
    expect(await listPaths(await createPorts(), selection)).toEqual(paths);
  });

  it('remembers of each file what it was planned with', async () => {
    const selected = await selectPlannedFiles(await createPorts(), [{ path: published.path }]);
    const { etag, file, lastModified, length, path } = published;
    expect(selected).toEqual({
      files: [{ file, path, etag, length, lastModified, dataset: 'gym_logins', batch, lines: 10, sequence: 1 }],
      warnings: [],
    });
  });

  it('finds every file over all pages, also when the service gives empty ones', async () => {
    const ports = await createPorts({ table: createStrictTable({ emptyPages: 3, maxRowsPerPage: 1 }) });
    expect(await listPaths(ports, { dataset: 'gym_logins' })).toEqual([published.path, quarantined.path]);
  });

  it('goes by the times of events, which lie in rows', async () => {
    const time = { name: 'time', type: 'timestamp', required: true, description: 'When.' };
    const tables = [{ ...createTableContract('bronze.gym_logins'), columns: [time] }];
    const selection = { eventTime: { from: '2026-01-01T00:00:00Z' } };
    const answer = () => ({ kind: 'rows' as const, rows: [{ _file: quarantined.file }] });
    expect(await listPaths(await createPorts({ answer, tables }), selection)).toEqual([quarantined.path]);
    const rejected = await createPorts({ tables, answer: () => ({ kind: 'rejected', reason: 'It is paused.' }) });
    expect(await selectPlannedFiles(rejected, [selection])).toMatchObject({ code: 'query_failed' });
  });
});

describe('a selection that says which files it wants', () => {
  const lines = stored.map((file) => toManifestLine(batch, toPlannedFile(file)));
  const texts = { [manifestPath(batch)]: formatManifest(lines) };

  it.for([
    [{ files: [blocked.file, published.file, blocked.file] }, [blocked.path, published.path]],
    [{ batch, status: 'quarantined' }, [setAside.path]],
    [{ batch }, [blocked.path, setAside.path, published.path, quarantined.path]],
  ] as [FileSelection, string[]][])('looks through no others: %j', async ([selection, paths]) => {
    const ports = await createPorts({ texts });
    const before = ports.table.getLookedAt();
    expect(await listPaths(ports, selection)).toEqual(paths);
    expect(ports.table.getLookedAt()).toBe(before);
  });

  it('leaves out what a later batch has taken, and ids that nobody knows', async () => {
    const ports = await createPorts({ texts });
    const line = { ...toManifestLine(toBatch(1), toPlannedFile(published)), sequence: 1 };
    await ports.files.markReloading([line]);
    await ports.files.finalize([line], new Map(), { status: 'failed' });
    expect(await listPaths(ports, { batch, dataset: 'gym_logins' })).toEqual([quarantined.path]);
    expect(await listPaths(ports, { files: [quarantined.file, '0'.repeat(32)] })).toEqual([quarantined.path]);
  });

  it('looks through all files once the manifest of a batch is gone', async () => {
    expect(await listPaths(await createPorts(), { batch, status: 'blocked' })).toEqual([blocked.path]);
  });
});

describe('a selection that cannot be planned', () => {
  it('is empty', async () => {
    expect(await selectPlannedFiles(await createPorts(), [{ dataset: 'nowhere' }])).toEqual({
      kind: 'rejected',
      code: 'empty_selection',
      reason: 'No file that was ever loaded meets every condition.',
    });
  });

  it('is larger than all runs of one plan take', async () => {
    const more = ['f', 'g', 'h'].map((name) => aFile(`gym_logins/${name}`, { batch }));
    const ports = await createPorts({
      tuning: { ...tuning, batches: { ...tuning.batches, maxFilesPerBatch: 1 } },
      landed: [...stored, ...more].map(getProperties),
    });
    for (const file of more) await storeFile(ports, file);
    expect(await listPaths(ports, { dataset: 'gym_logins' })).toHaveLength(5);
    expect(await selectPlannedFiles(ports, [{ dataset: 'gym_logins' }, { dataset: 'bpm_export' }])).toMatchObject({
      code: 'selection_too_large',
      reason: 'More than 5 files are selected, and one plan takes no more. Narrow the selection.',
    });
  });

  it('has no file that lies in the landing zone as it was loaded', async () => {
    const selected = await selectPlannedFiles(await createPorts({ landed: [] }), [{ dataset: 'gym_logins' }]);
    expect(selected).toMatchObject({
      code: 'empty_selection',
      reason: expect.stringContaining("Left out: File 'gym_logins/a' is no longer in the landing zone."),
    });
  });
});

it('a file that was overwritten is left out, and named', async () => {
  const landed = [{ ...getProperties(published), etag: '0x2' }, getProperties(quarantined)];
  const selected = await selectPlannedFiles(await createPorts({ landed }), [{ dataset: 'gym_logins' }]);
  expect(selected).toMatchObject({
    files: [{ path: quarantined.path }],
    warnings: [expect.stringContaining("Left out: File 'gym_logins/a' has another content")],
  });
});
