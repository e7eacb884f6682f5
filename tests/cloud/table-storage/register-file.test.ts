import { expect, it } from 'vitest';
import { createFiles } from '../../../cloud/table-storage/files.ts';
import { createQueue } from '../../../cloud/table-storage/queue.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { describeOnTables } from '../../support/table-services.ts';

const datasets = ['gym_logins', 'registered_users'];
const createProperties = (path: string, etag = '0x1') => getProperties(aFile(path, { etag }));
const path = 'gym_logins/a';

describeOnTables('registering', (openTable) => {
  const open = () => {
    const getTable = openTable();
    return { files: createFiles(getTable, datasets), queue: createQueue(getTable, datasets), getTable };
  };

  it('makes a new content pending, and the same content known', async () => {
    const { files, queue } = open();
    expect(await files.register(createProperties(path))).toMatchObject({
      kind: 'new',
      file: { status: 'pending', path },
    });
    expect(await files.register(createProperties(path))).toMatchObject({ kind: 'known' });
    expect(await queue.count()).toBe(1);
  });

  it('gives back what storage said, from the list of files and from the queue', async () => {
    const { files, queue } = open();
    const registration = await files.register(createProperties(path, '0x8D1'));
    const file = registration.kind === 'new' ? registration.file : undefined;
    expect(file).toMatchObject({ etag: '0x8D1', length: 5, lastModified: '2026-01-01T00:00:00Z' });
    expect((await files.list({}, 10)).rows).toEqual([file]);
    expect(await queue.next(10)).toEqual([file]);
  });

  it('knows a content that another instance has registered', async () => {
    const { files, getTable } = open();
    await files.register(createProperties(path));
    expect(await createFiles(getTable, datasets).register(createProperties(path))).toMatchObject({ kind: 'known' });
  });

  it('says which content a new one takes the place of', async () => {
    const { files } = open();
    const first = await files.register(createProperties(path, '0x1'));
    const second = await files.register(createProperties(path, '0x2'));
    expect(second).toMatchObject({ kind: 'new', file: { replaces: first.kind === 'new' ? first.file.file : '' } });
  });

  it('registers each content once, however many instances register it at the same time', async () => {
    const { getTable, queue } = open();
    const instances = [1, 2, 3, 4].map(() => createFiles(getTable, datasets));
    const registrations = await Promise.all(
      instances.flatMap((files) => ['0x1', '0x2', '0x3'].map((etag) => files.register(createProperties(path, etag)))),
    );
    expect(registrations.filter(({ kind }) => kind === 'new')).toHaveLength(3);
    expect(await queue.count()).toBe(3);
  });

  it('writes down what it ignores, with the reason, and keeps it out of the queue', async () => {
    const { files, queue } = open();
    expect(await files.register(createProperties('unknown/a'))).toMatchObject({
      kind: 'new',
      file: { status: 'ignored', reason: expect.stringContaining('not a known dataset') },
    });
    expect(await queue.count()).toBe(0);
  });
});
