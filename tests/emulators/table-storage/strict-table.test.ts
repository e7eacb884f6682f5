import type { TransactionAction } from '@azure/data-tables';
import { describe, expect, it } from 'vitest';
import { createStrictTable } from '../../../emulators/table-storage/strict-table.ts';

const row = { partitionKey: 'p', rowKey: 'r' };
const createRows = (count: number, columns = {}) =>
  Array.from({ length: count }, (_, index) => ({ ...row, rowKey: String(index).padStart(5, '0'), ...columns }));
const toCreations = (rows: readonly { partitionKey: string; rowKey: string }[]) =>
  rows.map((created): TransactionAction => ['create', created]);
const createColumns = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, index]));

describe('a row', () => {
  it('holds as much as the service takes', async () => {
    const { client } = createStrictTable();
    await client.createEntity({ ...row, text: 'x'.repeat(32_768) });
    await client.createEntity({ ...row, rowKey: 'k'.repeat(512) });
    await client.createEntity({ ...row, rowKey: 'columns', ...createColumns(252) });
    await client.createEntity({ ...row, rowKey: 'kinds', text: 'a', number: 1, truth: true, nothing: undefined });
    expect(await client.getEntity('p', 'kinds')).toMatchObject({ text: 'a', number: 1, truth: true });
  });

  it.for([
    ['a long text', { ...row, text: 'x'.repeat(32_769) }, 'PropertyValueTooLarge'],
    ['a slash in its key', { ...row, rowKey: 'a/b' }, 'OutOfRangeInput'],
    ['a question mark in its key', { ...row, rowKey: 'a?' }, 'OutOfRangeInput'],
    ['a line break in its partition', { ...row, partitionKey: 'a\nb' }, 'OutOfRangeInput'],
    ['a long key', { ...row, rowKey: 'k'.repeat(513) }, 'KeyValueTooLarge'],
    ['many columns', { ...row, ...createColumns(253) }, 'TooManyProperties'],
    ['a column with a dash in its name', { ...row, 'a-b': 1 }, 'PropertyNameInvalid'],
    ['a list', { ...row, list: ['a'] }, 'InvalidInput'],
    [
      'more than a mebibyte',
      { ...row, ...Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`c${index}`, 'x'.repeat(32_000)])) },
      'EntityTooLarge',
    ],
  ] as const)('does not have %s', async ([, wrong, code]) => {
    const { client } = createStrictTable();
    await expect(client.createEntity(wrong)).rejects.toMatchObject({ statusCode: 400, code });
    await expect(client.getEntity('p', 'r')).rejects.toMatchObject({ statusCode: 404 });
  });

  it('is created once, and updated or deleted only where it is', async () => {
    const { client } = createStrictTable();
    await expect(client.updateEntity(row)).rejects.toMatchObject({ statusCode: 404 });
    await expect(client.deleteEntity('p', 'r')).rejects.toMatchObject({ statusCode: 404 });
    await client.createEntity(row);
    await expect(client.createEntity(row)).rejects.toMatchObject({ statusCode: 409 });
  });

  it('keeps its other columns when it is merged, and loses them when it is replaced', async () => {
    const { client } = createStrictTable();
    await client.upsertEntity({ ...row, a: 1, b: 1 });
    await client.upsertEntity({ ...row, a: 2 }, 'Merge');
    expect(await client.getEntity('p', 'r')).toMatchObject({ a: 2, b: 1 });
    await client.upsertEntity({ ...row, a: 3 }, 'Replace');
    expect(await client.getEntity('p', 'r')).not.toHaveProperty('b');
  });

  it('has another ETag after each change, and is not changed by the one before', async () => {
    const { client } = createStrictTable();
    await client.createEntity(row);
    const { etag } = await client.getEntity('p', 'r');
    await client.updateEntity({ ...row, a: 1 }, 'Merge', { etag });
    await expect(client.updateEntity({ ...row, a: 2 }, 'Merge', { etag })).rejects.toMatchObject({ statusCode: 412 });
    expect(await client.getEntity('p', 'r')).toMatchObject({ a: 1 });
  });
});

describe('a transaction', () => {
  it('takes a hundred actions', async () => {
    const { client, requests } = createStrictTable();
    await client.submitTransaction(toCreations(createRows(100)));
    expect(requests).toEqual(['submitTransaction']);
  });

  it.for([
    ['no action', [], 'InvalidInput'],
    ['more than a hundred actions', toCreations(createRows(101)), 'InvalidInput'],
    ['two partitions', toCreations([row, { ...row, partitionKey: 'q' }]), 'CommandsInBatchActOnDifferentPartitions'],
    ['one row twice', toCreations([row, row]), 'InvalidDuplicateRow'],
    [
      'more than four mebibytes',
      toCreations(createRows(99, { a: 'x'.repeat(30_000), b: 'x'.repeat(30_000) })),
      'RequestBodyTooLarge',
    ],
  ] as [string, TransactionAction[], string][])('does not have %s', async ([, actions, code]) => {
    const { client } = createStrictTable();
    await expect(client.submitTransaction(actions)).rejects.toMatchObject({ code });
  });

  it('changes nothing when one of its actions fails', async () => {
    const { client } = createStrictTable();
    await client.createEntity(row);
    const actions: TransactionAction[] = [
      ['create', { ...row, rowKey: 'other' }],
      ['delete', row],
      ['delete', { ...row, rowKey: 'missing' }],
    ];
    await expect(client.submitTransaction(actions)).rejects.toMatchObject({ statusCode: 404 });
    expect(await client.getEntity('p', 'r')).toMatchObject(row);
    await expect(client.getEntity('p', 'other')).rejects.toMatchObject({ statusCode: 404 });
  });
});

describe('a query', () => {
  const createFilledTable = async (count: number, emptyPages = 0) => {
    const table = createStrictTable({ emptyPages });
    for (const created of createRows(count)) await table.client.createEntity(created);
    table.requests.length = 0;
    return table;
  };

  it('gives a thousand rows at once, and the rest after them', async () => {
    const { client, requests } = await createFilledTable(1001);
    const keys: string[] = [];
    for await (const { rowKey } of client.listEntities()) keys.push(String(rowKey));
    expect(keys).toEqual(createRows(1001).map(({ rowKey }) => rowKey));
    expect(requests).toEqual(['listEntities', 'listEntities']);
  });

  it.for([0, 1001])('gives no page of %i rows', async (maxPageSize) => {
    const { client } = await createFilledTable(1);
    await expect(client.listEntities().byPage({ maxPageSize }).next()).rejects.toMatchObject({ statusCode: 400 });
  });

  it('may begin with empty pages that are not the last', async () => {
    const { client } = await createFilledTable(3, 2);
    const sizes: number[] = [];
    for await (const page of client.listEntities().byPage({ maxPageSize: 2 })) sizes.push(page.length);
    expect(sizes).toEqual([0, 0, 2, 0, 0, 1]);
  });

  it('gives the rows that meet every comparison', async () => {
    const { client } = createStrictTable();
    await client.createEntity({ ...row, rowKey: 'a', text: "it's", count: 1 });
    await client.createEntity({ ...row, rowKey: 'b', text: 'this and that', count: 2 });
    await client.createEntity({ ...row, rowKey: 'c' });
    const listKeys = async (filter: string) => {
      const keys: string[] = [];
      for await (const { rowKey } of client.listEntities({ queryOptions: { filter } })) keys.push(String(rowKey));
      return keys;
    };
    expect(await listKeys("PartitionKey eq 'p' and RowKey ge 'b'")).toEqual(['b', 'c']);
    expect(await listKeys("text eq 'it''s'")).toEqual(['a']);
    expect(await listKeys("text eq 'this and that' and count gt 1")).toEqual(['b']);
    expect(await listKeys('count le 2 and count lt 2')).toEqual(['a']);
  });

  it('is rejected with more than fifteen comparisons, or in words that this table does not know', async () => {
    const { client } = createStrictTable();
    const query = (filter: string) => client.listEntities({ queryOptions: { filter } }).byPage().next();
    await expect(query(Array(16).fill("RowKey eq 'a'").join(' and '))).rejects.toMatchObject({ statusCode: 400 });
    await expect(query("RowKey eq 'a' or RowKey eq 'b'")).rejects.toThrow('is not one that this table knows');
  });
});
