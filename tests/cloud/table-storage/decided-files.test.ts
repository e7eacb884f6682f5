import { expect, it } from 'vitest';
import { createState } from '../../../cloud/table-storage/index.ts';
import type { RegisteredFile } from '../../../medallion/files/file.ts';
import { toManifestLine, toPlannedFile } from '../../../medallion/reprocessing/plan.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { registerAs, registerNew } from '../../support/register-files.ts';
import { batch } from '../../support/samples.ts';
import { storeFile } from '../../support/store-file.ts';
import { describeOnTables, type GetTable } from '../../support/table-services.ts';

const path = 'users/a';
const createPorts = (getTable: GetTable) => createState(getTable, [{ dataset: 'users' }]);
const toLoad = (file: RegisteredFile) => ({ ...file, batch, replaces: null });

describeOnTables('files that a person decides about', (openTable) => {
  it('leave the queue when they are excluded, and wait for their removal', async () => {
    const ports = createPorts(openTable());
    const file = await registerNew(ports, getProperties(aFile(path)));
    await ports.files.exclude(file, 'Wrong.');
    expect(await ports.queue.count()).toBe(1);
    expect(await ports.queue.next(10)).toMatchObject([{ file: file.file, status: 'excluded', reason: 'Wrong.' }]);
    expect(await ports.queue.listRemovals(10)).toHaveLength(1);
    expect((await ports.files.list({ status: 'excluded' }, 10)).rows).toHaveLength(1);
    expect((await ports.files.list({ status: 'pending' }, 10)).rows).toEqual([]);
  });

  it('stay excluded while a batch takes them, ends, or reads them again', async () => {
    const ports = createPorts(openTable());
    const file = await registerNew(ports, getProperties(aFile(path)));
    await ports.files.exclude(file, 'Wrong.');
    const account = { file: file.file, lines: 1, blank: 0, accepted: 1, quarantinedLines: 0 };
    await ports.queue.markLoading([toLoad(file)]);
    await ports.files.markReloading([toManifestLine(batch, toPlannedFile(file))]);
    for (const outcome of ['loaded', 'excluded', 'quarantined'] as const) {
      const accounts = new Map([[file.file, { ...account, outcome }]]);
      await ports.files.finalize([toLoad(file)], accounts, { status: 'published', release: 'r-1' });
      expect(await ports.files.findById(file.file)).toMatchObject({ status: 'excluded', reason: 'Wrong.' });
    }
    expect(await ports.queue.listRemovals(10)).toHaveLength(1);
  });

  it('leave the queue of removals with the batch that removes them, which says nothing of their status', async () => {
    const ports = createPorts(openTable());
    const file = aFile(path);
    await storeFile(ports, file);
    await ports.files.exclude(file, 'Wrong.');
    const line = { ...toLoad(file), action: 'remove' as const };
    await ports.queue.markLoading([line]);
    await ports.files.finalize([line], new Map(), { status: 'published', release: 'r-2' });
    expect(await ports.queue.next(10)).toEqual([]);
    expect(await ports.files.findById(file.file)).toMatchObject({ status: 'excluded' });
    expect((await ports.files.findById(file.file))?.release).toBeUndefined();
  });

  it('have nothing to be removed if nobody has ever taken them', async () => {
    const ports = createState(openTable(), [{ dataset: 'users', limits: { fileBytes: 1 } as never }]);
    const file = await registerNew(ports, getProperties(aFile(path)));
    expect(file.status).toBe('quarantined');
    await ports.files.exclude(file, 'Wrong.');
    expect(await ports.queue.next(10)).toEqual([]);
    expect((await ports.files.listQuarantined({ dismissed: false }, 10)).rows).toEqual([]);
  });

  it('stay excluded when their content is put back, and do not hold up another one', async () => {
    const ports = createPorts(openTable());
    const file = await registerNew(ports, getProperties(aFile(path)));
    await ports.files.exclude(file, 'Wrong.');
    const newer = await registerNew(ports, getProperties(aFile(path, { etag: '0x2' })));
    expect((await ports.queue.next(10)).map(({ status }) => status)).toEqual(['excluded', 'pending']);
    await registerAs(ports, getProperties(aFile(path)));
    expect(await ports.files.findById(file.file)).toMatchObject({ status: 'excluded', reason: 'Wrong.', sequence: 3 });
    expect(await ports.files.findById(newer.file)).toMatchObject({ status: 'superseded' });
    expect((await ports.queue.next(10)).map(({ status }) => status)).toEqual(['excluded']);
  });

  it('are superseded when they are included and a newer content lies there', async () => {
    const ports = createPorts(openTable());
    const file = await registerNew(ports, getProperties(aFile(path)));
    await ports.files.exclude(file, 'Wrong.');
    const newer = await registerNew(ports, getProperties(aFile(path, { etag: '0x2' })));
    await ports.files.requeue(file);
    expect(await ports.files.findById(file.file)).toMatchObject({ status: 'superseded' });
    expect((await ports.queue.next(10)).map(({ file: id }) => id)).toEqual([newer.file]);
  });

  it('do not wait for a batch when they are readmitted', async () => {
    const ports = createPorts(openTable());
    const file = await registerNew(ports, getProperties(aFile(path)));
    await ports.files.exclude(file, 'Cancelled.');
    expect(await ports.files.readmit(file, 'Cancelled.')).toBe(true);
    expect(await ports.files.findById(file.file)).toMatchObject({ status: 'failed', reason: 'Cancelled.' });
    expect(await ports.queue.next(10)).toEqual([]);
  });

  it('stay out when they would be readmitted and a newer content lies there', async () => {
    const ports = createPorts(openTable());
    const file = await registerNew(ports, getProperties(aFile(path)));
    await ports.files.exclude(file, 'Cancelled.');
    const newer = await registerNew(ports, getProperties(aFile(path, { etag: '0x2' })));
    expect(await ports.files.readmit(file, 'Cancelled.')).toBe(false);
    expect(await ports.files.findById(file.file)).toMatchObject({ status: 'excluded', reason: 'Cancelled.' });
    expect((await ports.queue.listRemovals(10)).map(({ file: id }) => id)).toEqual([file.file]);

    await ports.files.exclude(newer, 'Cancelled.');
    await ports.files.readmit(newer, 'Cancelled.');
    await registerNew(ports, getProperties(aFile(path, { etag: '0x3' })));
    expect(await ports.files.readmit(newer, 'Cancelled.')).toBe(false);
    expect(await ports.files.findById(newer.file)).toMatchObject({ status: 'superseded' });
  });

  it('have to be there', async () => {
    const ports = createPorts(openTable());
    await ports.queue.count();
    await expect(ports.files.exclude(aFile(path), 'Wrong.')).rejects.toThrow("File 'users/a' is no longer registered.");
  });

  it('end in what was decided last when two decide at once', async () => {
    const ports = createPorts(openTable());
    const file = await registerNew(ports, getProperties(aFile(path)));
    await Promise.all([ports.files.exclude(file, 'Wrong.'), ports.queue.markLoading([toLoad(file)])]);
    expect(await ports.files.findById(file.file)).toMatchObject({ status: 'excluded' });
    expect(await ports.queue.listRemovals(10)).toHaveLength(1);
    await Promise.all([ports.files.exclude(file, 'Again.'), ports.files.requeue(file)]);
    const { status } = (await ports.files.findById(file.file)) ?? {};
    const waiting = (await ports.queue.next(10)).map((next) => next.status);
    expect([status, waiting]).toEqual([status, [status]]);
  });
});
