import { EventEmitter, once } from 'node:events';
import { RestError } from '@azure/data-tables';
import { expect, it } from 'vitest';
import { createFiles } from '../../../cloud/table-storage/files.ts';
import { createQueue } from '../../../cloud/table-storage/queue.ts';
import { defaultLimits } from '../../../medallion/contracts/landing-options.ts';
import { toFileId } from '../../../medallion/files/file.ts';
import type { FileAccount } from '../../../medallion/files/report.ts';
import type { Ports } from '../../../medallion/ports/index.ts';
import type { BlobProperties } from '../../../medallion/ports/lake.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { registerAs, registerNew } from '../../support/register-files.ts';
import { batch } from '../../support/samples.ts';
import { describeOnTables } from '../../support/table-services.ts';

const datasets = ['gym_logins', 'registered_users'];
const landing = datasets.map((dataset) => ({ dataset }));
const createProperties = (path: string, etag = '0x1') => getProperties(aFile(path, { etag }));
const path = 'gym_logins/a';

/** Storage with one path. A look takes as long as somebody holds it back. */
function createStorage(properties: BlobProperties) {
  let current = properties;
  return {
    put: (etag: string, change: Partial<BlobProperties> = {}) => {
      current = { ...properties, etag, ...change };
    },
    look: async () => current,
  };
}

function createBarrier() {
  const opening = new EventEmitter();
  return { opened: once(opening, 'open'), open: () => opening.emit('open') };
}

/** Registers a content, and lets a batch load it. */
async function load({ files, queue }: Pick<Ports, 'files' | 'queue'>, properties: BlobProperties, outcome = 'loaded') {
  const file = await registerNew({ files }, properties);
  const line = { ...file, batch, replaces: file.replaces ?? null };
  const counts = { lines: 0, blank: 0, accepted: 0, quarantinedLines: 0 };
  await queue.markLoading([line]);
  const account = { file: file.file, outcome: outcome as FileAccount['outcome'], ...counts };
  await files.finalize([line], new Map([[file.file, account]]), { status: 'published', release: 'r-1' });
  return file;
}

describeOnTables('registering', (openTable) => {
  const open = () => {
    const getTable = openTable();
    return { files: createFiles(getTable, landing), queue: createQueue(getTable, datasets), getTable };
  };
  const register = ({ files }: Pick<Ports, 'files'>, properties: BlobProperties) => registerAs({ files }, properties);

  it('makes a new content pending, and the same content known', async () => {
    const { files, queue } = open();
    expect(await register({ files }, createProperties(path))).toMatchObject({
      kind: 'new',
      file: { status: 'pending', path },
    });
    expect(await register({ files }, createProperties(path))).toMatchObject({ kind: 'known' });
    expect(await queue.count()).toBe(1);
  });

  it('gives back what storage said, from the list of files and from the queue', async () => {
    const { files, queue } = open();
    const registration = await register({ files }, createProperties(path, '0x8D1'));
    const file = registration.kind === 'new' ? registration.file : undefined;
    expect(file).toMatchObject({ etag: '0x8D1', length: 5, lastModified: '2026-01-01T00:00:00Z' });
    expect((await files.list({}, 10)).rows).toEqual([file]);
    expect(await queue.next(10)).toEqual([file]);
  });

  it('knows a content that another instance has registered', async () => {
    const { files, getTable } = open();
    await register({ files }, createProperties(path));
    expect(await register({ files: createFiles(getTable, landing) }, createProperties(path))).toMatchObject({
      kind: 'known',
    });
  });

  it('says which content a new one takes the place of', async () => {
    const { files } = open();
    const first = await register({ files }, createProperties(path, '0x1'));
    const second = await register({ files }, createProperties(path, '0x2'));
    expect(second).toMatchObject({ kind: 'new', file: { replaces: first.kind === 'new' ? first.file.file : '' } });
  });

  it('registers a content once, however many instances see it at the same time', async () => {
    const { getTable, queue } = open();
    const instances = [1, 2, 3, 4].map(() => ({ files: createFiles(getTable, landing) }));
    const registrations = await Promise.all(instances.map((ports) => register(ports, createProperties(path))));
    expect(registrations.map(({ kind }) => kind).sort()).toEqual(['known', 'known', 'known', 'new']);
    expect(await queue.count()).toBe(1);
  });

  it('lets no stale look win: an instance that looked at the old content finds the new one', async () => {
    const { files, getTable, queue } = open();
    const storage = createStorage(createProperties(path, '0x1'));
    const seen = createBarrier();
    const held = createBarrier();
    const slow = createFiles(getTable, landing).register(path, async () => {
      const properties = await storage.look();
      seen.open();
      await held.opened;
      return properties;
    });
    await seen.opened;
    storage.put('0x2');
    const newer = await files.register(path, storage.look);
    held.open();

    expect(newer).toMatchObject({ kind: 'new', file: { etag: '0x2' } });
    // The one that was held back looks again, and then storage says what is registered already.
    expect(await slow).toEqual({ kind: 'known', file: toFileId({ path, etag: '0x2' }) });
    expect((await queue.next(10)).map(({ etag }) => etag)).toEqual(['0x2']);
  });

  it('takes a content that was overwritten out of the queue, with the reason', async () => {
    const { files, queue } = open();
    const older = await registerNew({ files }, createProperties(path, '0x1'));
    const newer = await registerNew({ files }, createProperties(path, '0x2'));
    expect(await queue.next(10)).toEqual([newer]);
    expect(newer).toMatchObject({ sequence: 2, replaces: older.file });
    expect(await files.get('gym_logins', older.file)).toMatchObject({
      status: 'superseded',
      reason: 'A newer content of the same path landed before this one was loaded.',
    });
  });

  it('makes a content that is put back pending again, with the next number, in place of what lay there', async () => {
    const { files, queue } = open();
    const first = await load({ files, queue }, createProperties(path, '0x1'));
    const second = await load({ files, queue }, createProperties(path, '0x2'));
    const again = await registerNew({ files }, createProperties(path, '0x1'));
    expect(again).toMatchObject({ file: first.file, status: 'pending', sequence: 3, replaces: second.file });
    expect(await queue.next(10)).toEqual([again]);
    expect(await files.get('gym_logins', first.file)).toEqual(again);
    expect((await files.listNewest(datasets, 10)).rows).toHaveLength(2);
  });

  it('takes up again what a job no longer found, once it lies there again', async () => {
    const { files, queue } = open();
    const lost = await load({ files, queue }, createProperties(path), 'superseded');
    expect(await registerNew({ files }, createProperties(path))).toMatchObject({ file: lost.file, sequence: 2 });
    expect(await register({ files }, createProperties(path))).toMatchObject({ kind: 'known' });
    expect(await queue.count()).toBe(1);
  });

  it('ignores an empty file, and takes one that was emptied: its rows have to go', async () => {
    const { files, queue } = open();
    const empty = (etag: string) => ({ ...createProperties(path, etag), length: 0 });
    expect(await registerNew({ files }, empty('0x1'))).toMatchObject({ status: 'ignored', reason: 'It is empty.' });
    await load({ files, queue }, createProperties(path, '0x2'));
    expect(await registerNew({ files }, empty('0x1'))).toMatchObject({ status: 'pending', sequence: 3 });
    expect((await files.get('gym_logins', toFileId(empty('0x1'))))?.reason).toBeUndefined();
  });

  it('spares the look where the registry says what somebody has listed, and only there', async () => {
    const { files } = open();
    const properties = createProperties(path);
    await registerNew({ files }, properties);
    const look = () => Promise.reject(new Error('Storage is away.'));
    expect(await files.register(path, look, properties)).toMatchObject({ kind: 'known' });
    await expect(files.register(path, look, { ...properties, etag: '0x2' })).rejects.toThrow('Storage is away.');
  });

  it('sets a file aside that is too large, with the reason, where a person looks for it', async () => {
    const { files, queue } = open();
    const large = { ...createProperties(path), length: defaultLimits.fileBytes + 1 };
    const file = await registerNew({ files }, large);
    expect(file).toMatchObject({ status: 'quarantined', reason: expect.stringContaining("'fileBytes'") });
    expect(await queue.count()).toBe(0);
    expect((await files.listQuarantined({ dismissed: false }, 10)).rows).toMatchObject([{ file: file.file }]);
    expect(await registerNew({ files }, createProperties(path, '0x2'))).toMatchObject({ status: 'pending' });
  });

  it('takes a file that is too large where rows of an earlier content lie: they have to go', async () => {
    const { files, queue } = open();
    await load({ files, queue }, createProperties(path, '0x1'));
    const large = { ...createProperties(path, '0x2'), length: defaultLimits.fileBytes + 1 };
    expect(await registerNew({ files }, large)).toMatchObject({ status: 'pending', sequence: 2 });
    expect(await queue.count()).toBe(1);
  });

  it('is not done twice by an instance whose answer was lost after the write', async () => {
    const { files, getTable, queue } = open();
    const table = await getTable();
    const losing = Object.assign(Object.create(table) as typeof table, {
      getEntity: table.getEntity.bind(table),
      submitTransaction: async (actions: Parameters<typeof table.submitTransaction>[0]) => {
        await table.submitTransaction(actions);
        throw new RestError('The connection was lost.');
      },
    });
    const unlucky = { files: createFiles(async () => losing, landing) };
    await expect(register(unlucky, createProperties(path))).rejects.toThrow('The connection was lost.');
    expect(await register({ files }, createProperties(path))).toMatchObject({ kind: 'known' });
    expect(await queue.count()).toBe(1);
  });

  it('registers nothing where nothing lies', async () => {
    const { files } = open();
    expect(await files.register(path, async () => undefined)).toEqual({ kind: 'missing' });
    expect((await files.list({}, 10)).rows).toEqual([]);
  });

  it('ignores a name that the contract of its dataset does not take', async () => {
    const files = createFiles(openTable(), [{ dataset: 'gym_logins', names: ['*.csv'] }]);
    expect(await register({ files }, createProperties('gym_logins/visits.csv.filepart'))).toMatchObject({
      file: { status: 'ignored' },
    });
    expect(await register({ files }, createProperties('gym_logins/visits.CSV'))).toMatchObject({
      file: { status: 'pending' },
    });
  });

  it('writes down what it ignores, with the reason, and keeps it out of the queue', async () => {
    const { files, queue } = open();
    expect(await register({ files }, createProperties('unknown/a'))).toMatchObject({
      kind: 'new',
      file: { status: 'ignored', reason: expect.stringContaining('not a known dataset') },
    });
    expect(await queue.count()).toBe(0);
  });
});
