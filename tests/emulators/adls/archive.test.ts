import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTestLake, getError } from './test-lake.ts';

const lake = createTestLake();
const getBlob = (path: string) => lake.container().getBlockBlobClient(path);
const refused = { status: 409, code: 'BlobArchived' };

async function putAside(path: string) {
  const blob = getBlob(path);
  const { etag } = await blob.upload('abc', 3);
  await blob.setAccessTier('Archive');
  return { blob, etag };
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function list(prefix: string) {
  const blobs = await collect(lake.container().listBlobsFlat({ prefix }));
  return blobs.map(({ name, properties }) => [name, properties.accessTier, properties.contentLength]);
}

describe('an archived blob', () => {
  it('is refused to whoever reads or changes its content', async () => {
    const { blob } = await putAside('refused/a');
    const file = lake.fileSystem().getFileClient('refused/a');

    expect(await getError(blob.download())).toEqual(refused);
    expect(await getError(file.read())).toEqual(refused);
    expect(await getError(file.append('d', 3, 1))).toEqual(refused);
    expect(await getError(blob.setMetadata({ by: 'me' }))).toEqual(refused);
    expect(await getError(getBlob('refused/b').syncCopyFromURL(blob.url))).toEqual(refused);
  });

  it('cannot be opened on the disk, by nobody', async () => {
    await putAside('disk/a');
    expect(() => openSync(join(lake.root, 'lake/disk/a'), 'r')).toThrow('ENOTDIR');
  });

  it('is listed and described as before, with its tier, also after a restart', async () => {
    const { etag } = await putAside('listed/a');
    await lake.restart();

    expect(await list('listed/a')).toEqual([['listed/a', 'Archive', 3]]);
    expect(await getBlob('listed/a').getProperties()).toMatchObject({ accessTier: 'Archive', contentLength: 3, etag });
    const paths = await collect(lake.fileSystem().listPaths({ path: 'listed' }));
    expect(paths.map(({ contentLength, name }) => [name, contentLength])).toEqual([['listed/a', 3]]);
  });

  it('is the same when it is brought back', async () => {
    const { blob, etag } = await putAside('back/a');
    await blob.setAccessTier('Archive');
    await blob.setAccessTier('Hot');

    expect((await blob.downloadToBuffer()).toString()).toBe('abc');
    expect(await blob.getProperties()).toMatchObject({ accessTier: 'Hot', etag });
    expect(readFileSync(join(lake.root, 'lake/back/a'), 'utf8')).toBe('abc');
  });

  it('stays one when it is renamed, and is none when it is written over', async () => {
    const { etag } = await putAside('moved/a');
    await lake.fileSystem().getFileClient('moved/a').move('moved/b');
    const moved = getBlob('moved/b');
    expect(await moved.getProperties()).toMatchObject({ accessTier: 'Archive', etag });

    await moved.upload('new', 3);
    expect((await moved.downloadToBuffer()).toString()).toBe('new');
    await moved.delete();
    expect(await moved.exists()).toBe(false);
  });

  it('may be one from its first moment', async () => {
    const blob = getBlob('first/a');
    await blob.upload('abc', 3, { tier: 'Archive' });
    expect(await getError(blob.download())).toEqual(refused);
    await blob.delete();
    expect(await blob.exists()).toBe(false);
  });
});

describe('a tier', () => {
  it('that the lake does not have is refused', async () => {
    const blob = getBlob('tier/a');
    await blob.upload('abc', 3);
    expect(await getError(blob.setAccessTier('Cool'))).toEqual({ status: 400, code: 'InvalidHeaderValue' });
    expect(await getError(getBlob('tier').setAccessTier('Archive'))).toMatchObject({ status: 409 });
  });
});
