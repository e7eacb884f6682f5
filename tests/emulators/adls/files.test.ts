import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTestLake, getError } from './test-lake.ts';

const lake = createTestLake();
const readFromDisk = (path: string) => readFileSync(join(lake.root, 'lake', path), 'utf8');

describe('writing files', () => {
  it('keeps an uploaded file under its own name on disk', async () => {
    const file = lake.fileSystem().getFileClient('landing/gym visits/ä.csv');

    await file.upload(Buffer.from('a,b\n'), { close: true });

    expect(readFromDisk('landing/gym visits/ä.csv')).toBe('a,b\n');
  });

  it('reads back what was written', async () => {
    const file = lake.fileSystem().getFileClient('read.txt');
    await file.upload(Buffer.from('whole content'));

    const whole = await file.readToBuffer();
    const part = await file.readToBuffer(6, 7);

    expect([whole.toString(), part.toString()]).toEqual(['whole content', 'content']);
  });

  it('shows nothing of an append before it is flushed', async () => {
    const file = lake.fileSystem().getFileClient('appended.txt');
    await file.create();

    await file.append(Buffer.from('one '), 0, 4);
    await file.append(Buffer.from('two'), 4, 3);
    const before = readFromDisk('appended.txt');
    await file.flush(7);

    expect([before, readFromDisk('appended.txt')]).toEqual(['', 'one two']);
  });

  it('joins appends that arrive in any order', async () => {
    const file = lake.fileSystem().getFileClient('order.txt');
    await file.create();

    await file.append(Buffer.from('two'), 4, 3);
    await file.append(Buffer.from('one '), 0, 4);
    await file.flush(7);

    expect(readFromDisk('order.txt')).toBe('one two');
  });

  it('appends to what was flushed before', async () => {
    const file = lake.fileSystem().getFileClient('grown.txt');
    await file.upload(Buffer.from('one '));

    await file.append(Buffer.from('two'), 4, 3);
    await file.flush(7);

    expect(readFromDisk('grown.txt')).toBe('one two');
  });

  it('keeps unflushed appends across a restart', async () => {
    const file = lake.fileSystem().getFileClient('restarted.txt');
    await file.create();
    await file.append(Buffer.from('kept'), 0, 4);

    await lake.restart();
    await lake.fileSystem().getFileClient('restarted.txt').flush(4);

    expect(readFromDisk('restarted.txt')).toBe('kept');
  });

  it('refuses a flush at a position that was not reached', async () => {
    const file = lake.fileSystem().getFileClient('gap.txt');
    await file.create();
    await file.append(Buffer.from('one'), 0, 3);

    const refusal = await getError(file.flush(9));

    expect(refusal).toEqual({ status: 400, code: 'InvalidFlushPosition' });
  });

  it('refuses an append to a file that was not created', async () => {
    const refusal = await getError(lake.fileSystem().getFileClient('none.txt').append(Buffer.from('x'), 0, 1));

    expect(refusal).toEqual({ status: 404, code: 'PathNotFound' });
  });

  it('makes an empty file of a second create, as the service does', async () => {
    const file = lake.fileSystem().getFileClient('again.txt');
    await file.upload(Buffer.from('first'));

    await file.create();

    expect(readFromDisk('again.txt')).toBe('');
  });

  it('puts a blob in one step', async () => {
    await lake.container().getBlockBlobClient('blobs/put.txt').upload('put', 3);

    expect(readFromDisk('blobs/put.txt')).toBe('put');
  });

  it('takes an upload of many chunks', async () => {
    const content = Buffer.alloc(300_000, 'abc');

    await lake
      .fileSystem()
      .getFileClient('chunks.bin')
      .upload(content, { chunkSize: 65_536, singleUploadThreshold: 1 });

    expect(readFromDisk('chunks.bin')).toBe(content.toString());
  });

  it('deletes a file', async () => {
    const file = lake.fileSystem().getFileClient('gone.txt');
    await file.create();

    await file.delete();

    expect(existsSync(join(lake.root, 'lake/gone.txt'))).toBe(false);
    expect(await getError(file.getProperties())).toMatchObject({ status: 404 });
  });
});

describe('properties of files', () => {
  it('remembers metadata and content type, and changes the ETag with them', async () => {
    const blob = lake.container().getBlockBlobClient('described.txt');
    await blob.upload('x', 1, { blobHTTPHeaders: { blobContentType: 'text/csv' }, metadata: { origin: 'test' } });
    const before = await blob.getProperties();

    await blob.setMetadata({ origin: 'changed' });
    const after = await blob.getProperties();

    expect(before).toMatchObject({ contentType: 'text/csv', metadata: { origin: 'test' } });
    expect(after).toMatchObject({ contentType: 'text/csv', metadata: { origin: 'changed' } });
    expect(after.etag).not.toBe(before.etag);
  });

  it('gives every write a new ETag, though length and second are the same', async () => {
    const file = lake.fileSystem().getFileClient('etag.txt');
    const etags = new Set<string | undefined>();

    for (let n = 0; n < 20; n++) {
      await file.upload(Buffer.from('same'));
      etags.add((await file.getProperties()).etag);
    }

    expect(etags.size).toBe(20);
  });

  it('keeps ETags across a restart', async () => {
    const file = lake.fileSystem().getFileClient('steady.txt');
    await file.upload(Buffer.from('x'));
    const before = await file.getProperties();

    await lake.restart();
    const after = await lake.fileSystem().getFileClient('steady.txt').getProperties();

    expect(after.etag).toBe(before.etag);
  });

  it('answers 404 for a blob and for a container that are not there', async () => {
    const blob = await getError(lake.container().getBlobClient('nothing').getProperties());
    const container = await getError(lake.service().getFileSystemClient('nothing').getFileClient('x').create());

    expect([blob, container]).toEqual([
      { status: 404, code: 'BlobNotFound' },
      { status: 404, code: 'FilesystemNotFound' },
    ]);
  });
});
