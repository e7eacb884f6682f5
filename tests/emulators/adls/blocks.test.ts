import { describe, expect, it } from 'vitest';
import { createTestLake, getError } from './test-lake.ts';

const lake = createTestLake();
const createBlockId = (n: number) => Buffer.from(`block-${n}`).toString('base64');

describe('blocks', () => {
  it('makes a blob of the blocks that a list names, in its order', async () => {
    const blob = lake.container().getBlockBlobClient('blocks/whole');
    for (const n of [1, 2, 3]) await blob.stageBlock(createBlockId(n), `<${n}>`, 3);

    expect(await blob.exists()).toBe(false);
    const { etag } = await blob.commitBlockList([createBlockId(3), createBlockId(1)], { metadata: { by: 'me' } });

    expect((await blob.downloadToBuffer()).toString()).toBe('<3><1>');
    expect(await blob.getProperties()).toMatchObject({ etag, metadata: { by: 'me' } });
  });

  it('refuses a list that names a block which was not put', async () => {
    const blob = lake.container().getBlockBlobClient('blocks/missing');
    await blob.stageBlock(createBlockId(1), 'x', 1);

    const refusal = await getError(blob.commitBlockList([createBlockId(1), createBlockId(2)]));

    expect(refusal).toEqual({ status: 400, code: 'InvalidBlockList' });
  });

  it('keeps blocks across a restart, and its conditions', async () => {
    const blob = () => lake.container().getBlockBlobClient('blocks/kept');
    await blob().stageBlock(createBlockId(1), 'x', 1);
    await lake.restart();
    await blob().commitBlockList([createBlockId(1)], { conditions: { ifNoneMatch: '*' } });
    await blob().stageBlock(createBlockId(1), 'y', 1);

    const refusal = await getError(blob().commitBlockList([createBlockId(1)], { conditions: { ifNoneMatch: '*' } }));

    expect(refusal).toEqual({ status: 409, code: 'BlobAlreadyExists' });
  });

  it('takes what the client cuts into blocks by itself', async () => {
    const content = Buffer.alloc(3_000_000, 'abc');
    const blob = lake.container().getBlockBlobClient('blocks/large');

    await blob.uploadData(content, { blockSize: 1_000_000, maxSingleShotSize: 1_000_000, concurrency: 3 });

    expect((await blob.downloadToBuffer()).equals(content)).toBe(true);
  });
});

describe('the listing of blobs', () => {
  it('lists by prefix, flat and by folders, in pages', async () => {
    const container = lake.container();
    for (const name of ['l/a.csv', 'l/b & c.csv', 'l/d/e.csv', 'lo.csv'])
      await container.getBlockBlobClient(name).upload('x', 1);

    const flat: string[] = [];
    for await (const page of container.listBlobsFlat({ prefix: 'l/' }).byPage({ maxPageSize: 2 }))
      flat.push(...page.segment.blobItems.map(({ name }) => name));
    const folders: string[] = [];
    for await (const item of container.listBlobsByHierarchy('/', { prefix: 'l' }))
      folders.push(`${item.kind} ${item.name}`);

    expect(flat).toEqual(['l/a.csv', 'l/b & c.csv', 'l/d', 'l/d/e.csv']);
    expect(folders.sort()).toEqual(['blob lo.csv', 'prefix l/']);
  });

  it('tells what the properties tell, and metadata when asked', async () => {
    const container = lake.container();
    const blob = container.getBlockBlobClient('told/a.csv');
    const { etag } = await blob.upload('abc', 3, { metadata: { by: 'me' } });

    const { value } = await container.listBlobsFlat({ prefix: 'told', includeMetadata: true }).byPage().next();
    const file = value?.segment.blobItems.find(({ name }: { name: string }) => name === 'told/a.csv');

    expect(file?.metadata).toEqual({ by: 'me' });
    expect([`"${file?.properties.etag}"`, file?.properties.contentLength]).toEqual([etag, 3]);
  });
});

describe('a copy', () => {
  it('carries content, type and metadata, and is a version of its own', async () => {
    const source = lake.container().getBlockBlobClient('copied/a.csv');
    const options = { metadata: { by: 'me' }, blobHTTPHeaders: { blobContentType: 'text/csv' } };
    const { etag } = await source.upload('abc', 3, options);
    const target = lake.container().getBlockBlobClient('copied/deep/b.csv');

    const poller = await target.beginCopyFromURL(source.url);
    const copied = await poller.pollUntilDone();

    expect(copied.copyStatus).toBe('success');
    expect(copied.etag).not.toBe(etag);
    expect((await target.downloadToBuffer()).toString()).toBe('abc');
    expect(await target.getProperties()).toMatchObject({ metadata: { by: 'me' }, contentType: 'text/csv' });
  });

  it('heeds conditions on both ends', async () => {
    const source = lake.container().getBlockBlobClient('copied/c');
    const target = lake.container().getBlockBlobClient('copied/d');
    await source.upload('1', 1);
    await target.upload('2', 1);

    const taken = target.syncCopyFromURL(source.url, { conditions: { ifNoneMatch: '*' } });
    const moved = target.syncCopyFromURL(source.url, { sourceConditions: { ifMatch: '"another"' } });
    expect(await getError(taken)).toEqual({ status: 409, code: 'BlobAlreadyExists' });
    expect(await getError(moved)).toEqual({ status: 412, code: 'SourceConditionNotMet' });
    expect(await getError(target.syncCopyFromURL(`${source.url}-gone`))).toMatchObject({ status: 404 });
  });

  it('from another account is refused with what to do', async () => {
    const target = lake.container().getBlockBlobClient('copied/e');
    const attempt = target.syncCopyFromURL('https://elsewhere.example/account/container/a');
    await expect(attempt).rejects.toThrow("'elsewhere.example' is another account");
  });
});

describe('leases', () => {
  it('outlive a restart of the lake', async () => {
    const blob = lake.container().getBlockBlobClient('leased/kept');
    await blob.upload('1', 1);
    const { leaseId } = await blob.getBlobLeaseClient().acquireLease(-1);
    await lake.restart();

    const again = lake.container().getBlockBlobClient('leased/kept');
    expect(await getError(again.upload('2', 1))).toEqual({ status: 412, code: 'LeaseIdMissing' });
    await again.upload('2', 1, { conditions: { leaseId: leaseId ?? '' } });
  });

  it('lets only its holder write, until it is released', async () => {
    const blob = lake.container().getBlockBlobClient('leased/a');
    await blob.upload('1', 1);
    const lease = blob.getBlobLeaseClient();
    const { leaseId } = await lease.acquireLease(15);
    const foreignLease = { conditions: { leaseId: '00000000-0000-0000-0000-000000000000' } };

    expect(await getError(blob.upload('2', 1))).toEqual({ status: 412, code: 'LeaseIdMissing' });
    expect(await getError(blob.delete(foreignLease))).toEqual({
      status: 412,
      code: 'LeaseIdMismatchWithBlobOperation',
    });
    expect(await getError(blob.getBlobLeaseClient().acquireLease(15))).toMatchObject({ code: 'LeaseAlreadyPresent' });
    expect((await blob.getProperties()).leaseState).toBe('leased');
    await lease.renewLease();
    await blob.upload('3', 1, { conditions: { leaseId: leaseId ?? '' } });
    await lease.releaseLease();
    expect(await getError(blob.upload('4', 1, { conditions: { leaseId: leaseId ?? '' } }))).toEqual({
      status: 412,
      code: 'LeaseNotPresentWithBlobOperation',
    });
    await blob.upload('5', 1);
  });

  it('is over when it is broken, or when what it was on is gone', async () => {
    const blob = lake.container().getBlockBlobClient('leased/b');
    await blob.upload('1', 1);
    await blob.getBlobLeaseClient().acquireLease(-1);
    await blob.getBlobLeaseClient().breakLease(0);
    await blob.upload('2', 1);
    const { leaseId } = await blob.getBlobLeaseClient().acquireLease(60);
    await blob.delete({ conditions: { leaseId: leaseId ?? '' } });

    await blob.upload('3', 1);
    expect((await blob.getProperties()).leaseStatus).toBe('unlocked');
  });
});
