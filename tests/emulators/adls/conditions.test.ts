import { describe, expect, it } from 'vitest';
import { createTestLake, getError } from './test-lake.ts';

const lake = createTestLake();
const getFile = (path: string) => lake.fileSystem().getFileClient(path);
const ifNoneMatch = '*';

describe('conditions', () => {
  it('creates a file only where there is none', async () => {
    await getFile('once.txt').create({ conditions: { ifNoneMatch } });

    const second = await getError(getFile('once.txt').create({ conditions: { ifNoneMatch } }));
    const result = await getFile('once.txt').createIfNotExists();

    expect([second, result.succeeded]).toEqual([{ status: 409, code: 'PathAlreadyExists' }, false]);
  });

  it('puts a blob only where there is none', async () => {
    const blob = lake.container().getBlockBlobClient('once-blob.txt');
    await blob.upload('x', 1, { conditions: { ifNoneMatch } });

    const second = await getError(blob.upload('y', 1, { conditions: { ifNoneMatch } }));

    expect(second).toEqual({ status: 409, code: 'BlobAlreadyExists' });
  });

  it('lets one of many racing creators win', async () => {
    const attempts = Array.from({ length: 8 }, () => getFile('race.txt').create({ conditions: { ifNoneMatch } }));

    const outcomes = await Promise.allSettled(attempts);

    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  it('overwrites only the version that the writer has seen', async () => {
    const blob = lake.container().getBlockBlobClient('seen.txt');
    const { etag = '' } = await blob.upload('1', 1);

    await blob.upload('2', 1, { conditions: { ifMatch: etag } });
    const stale = await getError(blob.upload('3', 1, { conditions: { ifMatch: etag } }));

    expect(stale).toEqual({ status: 412, code: 'ConditionNotMet' });
  });

  it('answers a read that is not needed with 304', async () => {
    const blob = lake.container().getBlockBlobClient('known.txt');
    const { etag = '' } = await blob.upload('1', 1);

    const refusal = await getError(blob.download(0, undefined, { conditions: { ifNoneMatch: etag } }));

    expect(refusal.status).toBe(304);
  });

  it('deletes only the version that was meant', async () => {
    await getFile('kept.txt').upload(Buffer.from('x'));

    const refusal = await getError(getFile('kept.txt').delete(false, { conditions: { ifMatch: '"0x0"' } }));

    expect(refusal).toEqual({ status: 412, code: 'ConditionNotMet' });
  });
});

describe('renaming', () => {
  it('moves a file in one step and keeps its ETag', async () => {
    await getFile('plans/draft.json').upload(Buffer.from('{}'));
    const before = await getFile('plans/draft.json').getProperties();

    await getFile('plans/draft.json').move('plans/final ü.json', { destinationConditions: { ifNoneMatch } });
    const after = await getFile('plans/final ü.json').getProperties();

    expect(after.etag).toBe(before.etag);
    expect(await getFile('plans/draft.json').exists()).toBe(false);
  });

  it('does not replace what is there when the writer forbids it', async () => {
    await getFile('moves/a').upload(Buffer.from('a'));
    await getFile('moves/b').upload(Buffer.from('b'));

    const refusal = await getError(getFile('moves/a').move('moves/b', { destinationConditions: { ifNoneMatch } }));

    expect(refusal).toEqual({ status: 409, code: 'PathAlreadyExists' });
    expect((await getFile('moves/b').readToBuffer()).toString()).toBe('b');
  });

  it('replaces what is there when nothing forbids it', async () => {
    await getFile('moves/c').upload(Buffer.from('c'));
    await getFile('moves/d').upload(Buffer.from('d'));

    await getFile('moves/c').move('moves/d');

    expect((await getFile('moves/d').readToBuffer()).toString()).toBe('c');
  });

  it('refuses a source that is not there, or another version of it', async () => {
    await getFile('moves/e').upload(Buffer.from('e'));

    const missing = await getError(getFile('moves/none').move('moves/f'));
    const stale = await getError(getFile('moves/e').move('moves/f', { conditions: { ifMatch: '"0x0"' } }));

    expect([missing.code, stale.status]).toEqual(['SourcePathNotFound', 412]);
  });

  it('refuses a destination whose directory is not there', async () => {
    await getFile('moves/g').upload(Buffer.from('g'));

    const refusal = await getError(getFile('moves/g').move('nowhere/g'));

    expect(refusal).toEqual({ status: 404, code: 'RenameDestinationParentPathNotFound' });
  });

  it('moves a directory with everything in it, metadata included', async () => {
    await getFile('old/deep/x').upload(Buffer.from('x'), { metadata: { origin: 'test' } });

    await lake.fileSystem().getDirectoryClient('old').move('new');

    expect((await getFile('new/deep/x').getProperties()).metadata).toEqual({ origin: 'test' });
  });
});
