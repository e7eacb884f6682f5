import { setTimeout as sleep } from 'node:timers/promises';
import { RestError, type TableClient, type TransactionAction } from '@azure/data-tables';
import { describe, expect, it } from 'vitest';
import { findRow, isStatus, listRows, readPage, submitInTransactions } from '../../../cloud/table-storage/table.ts';
import { createStrictTable } from '../../../emulators/table-storage/strict-table.ts';
import { UnknownPageTokenError } from '../../../medallion/page.ts';

const toKey = (row: Record<string, unknown>) => String(row['rowKey']);
const createRows = (count: number, partitionKey = 'p') =>
  Array.from({ length: count }, (_, index) => ({ partitionKey, rowKey: String(index).padStart(4, '0') }));

async function createFilledTable(count: number, emptyPages = 0) {
  const table = createStrictTable({ emptyPages });
  for (const row of createRows(count)) await table.client.createEntity(row);
  table.requests.length = 0;
  return table;
}

describe('readPage', () => {
  it('passes over empty pages that are not the last', async () => {
    const { client } = await createFilledTable(3, 20);
    const first = await readPage(client, { partition: 'p', toItem: toKey, max: 2 });
    expect(first.rows).toEqual(['0000', '0001']);
    const second = await readPage(client, { partition: 'p', toItem: toKey, max: 2, after: first.next });
    expect(second).toEqual({ rows: ['0002'] });
  });

  it('hands a page token on when there are very many of them', async () => {
    const { client, requests } = await createFilledTable(1, 21);
    const page = await readPage(client, { partition: 'p', toItem: toKey, max: 2 });
    expect(page).toEqual({ rows: [], next: expect.any(String) });
    expect(requests).toHaveLength(21);
  });

  it('is full as long as there are rows, though the service ends its pages early', async () => {
    const { client } = createStrictTable({ maxRowsPerPage: 2 });
    for (const row of createRows(7)) await client.createEntity(row);
    const first = await readPage(client, { partition: 'p', toItem: toKey, max: 5 });
    expect(first.rows).toEqual(['0000', '0001', '0002', '0003', '0004']);
    const second = await readPage(client, { partition: 'p', toItem: toKey, max: 5, after: first.next });
    expect(second).toEqual({ rows: ['0005', '0006'] });
  });

  it('asks for no more than the service gives at once', async () => {
    const { client } = await createFilledTable(1002);
    const page = await readPage(client, { partition: 'p', toItem: toKey, max: 5000 });
    expect(page.rows).toHaveLength(1000);
    expect(page.next).toEqual(expect.any(String));
  });

  const encode = (token: unknown) => Buffer.from(JSON.stringify(token)).toString('base64');

  it.for([
    ['no JSON', 'nonsense'],
    ['nothing', encode(null)],
    ['an empty token', encode({})],
    ['another name', encode({ nextTableName: 'p' })],
    ['a line break', encode({ nextPartitionKey: 'p\r\nx-ms-version: 1' })],
    ['a very long key', encode({ nextPartitionKey: 'p'.repeat(2001) })],
  ] as const)('takes no page token that is %s', async ([, after]) => {
    const { client, requests } = await createFilledTable(1);
    await expect(readPage(client, { partition: 'p', toItem: toKey, max: 2, after })).rejects.toThrow(
      UnknownPageTokenError,
    );
    expect(requests).toEqual([]);
  });
});

describe('findRow', () => {
  it('is undefined where there is no row, and fails where the service fails', async () => {
    const { client } = await createFilledTable(1);
    expect(await findRow(client, 'p', '0000')).toMatchObject({ rowKey: '0000' });
    expect(await findRow(client, 'p', '0001')).toBeUndefined();
    const failure = new Error('Away.');
    const away = { getEntity: () => Promise.reject(failure) } as unknown as TableClient;
    await expect(findRow(away, 'p', '0000')).rejects.toBe(failure);
    expect(isStatus(failure, 404)).toBe(false);
  });
});

const toCreation = (row: { partitionKey: string; rowKey: string }): TransactionAction[] => [['create', row]];

describe('submitInTransactions', () => {
  it('takes any number of actions on any number of partitions', async () => {
    const { client, requests } = createStrictTable();
    const rows = [...createRows(150, 'p'), ...createRows(20, 'q')];
    await submitInTransactions(client, rows.map(toCreation));
    expect(requests).toEqual(Array(3).fill('submitTransaction'));
    expect(await listRows(client, 'p')).toHaveLength(150);
    expect(await listRows(client, 'q')).toHaveLength(20);
  });

  it('keeps what belongs together in one transaction', async () => {
    const { client } = createStrictTable();
    const transactions: number[] = [];
    const counting = Object.assign(Object.create(client) as TableClient, {
      submitTransaction: async (actions: TransactionAction[]) => {
        transactions.push(actions.length);
        return client.submitTransaction(actions);
      },
    });
    const groups = Array.from({ length: 40 }, (_, index) =>
      createRows(3, 'p').map((row): TransactionAction => ['create', { ...row, rowKey: `${index}:${row.rowKey}` }]),
    );
    await submitInTransactions(counting, groups);
    expect(transactions).toEqual([99, 21]);
  });

  it('sends no more bytes at once than the service takes', async () => {
    const { client, requests } = createStrictTable();
    const long = { a: 'ü'.repeat(15_000), b: 'ü'.repeat(15_000) };
    await submitInTransactions(
      client,
      createRows(100, 'p').map((row) => toCreation({ ...row, ...long })),
    );
    expect(requests).toEqual(Array(2).fill('submitTransaction'));
    expect(await listRows(client, 'p')).toHaveLength(100);
  });

  it('passes over a group of which a row was purged, and does all others', async () => {
    const { client } = createStrictTable();
    await submitInTransactions(client, createRows(3, 'p').map(toCreation));
    const [first, purged, last] = createRows(3, 'p');
    await client.deleteEntity('p', purged?.rowKey ?? '');
    const updates = [first, purged, last].map((row): TransactionAction[] => [
      ['update', { partitionKey: 'p', rowKey: row?.rowKey ?? '', status: 'published' }, 'Merge'],
    ]);
    await submitInTransactions(client, updates);
    expect((await listRows(client, 'p')).map(({ status }) => status)).toEqual(['published', 'published']);
  });

  /** A table whose transactions take a while. Answers how many were under way at once, at most. */
  function countAtOnce(client: TableClient) {
    const atOnce = { now: 0, most: 0 };
    const slow = Object.assign(Object.create(client) as TableClient, {
      submitTransaction: async (actions: TransactionAction[]) => {
        atOnce.most = Math.max(atOnce.most, ++atOnce.now);
        await sleep(5);
        return client.submitTransaction(actions).finally(() => atOnce.now--);
      },
    });
    return { atOnce, slow };
  }

  const deletions = createRows(90, 'p').map((row): TransactionAction[] => [['delete', row]]);

  it('does many groups at once where somebody has done some of them, and not one after the other', async () => {
    const { client } = createStrictTable();
    await submitInTransactions(client, createRows(90, 'p').slice(80).map(toCreation));
    const { atOnce, slow } = countAtOnce(client);
    await submitInTransactions(slow, deletions);
    expect(await listRows(client, 'p')).toEqual([]);
    expect(atOnce.most).toBeGreaterThan(10);
  });

  it('throws when all that it has begun has ended', async () => {
    const { client } = createStrictTable();
    const { atOnce, slow } = countAtOnce(client);
    let calls = 0;
    const broken = Object.assign(Object.create(slow) as TableClient, {
      submitTransaction: async (actions: TransactionAction[]) => {
        if (++calls === 3) throw new RestError('Busy.', { statusCode: 503 });
        return slow.submitTransaction(actions);
      },
    });
    await expect(submitInTransactions(broken, deletions)).rejects.toThrow('Busy.');
    expect(atOnce).toMatchObject({ now: 0 });
    expect(calls).toBeGreaterThan(3);
  });
});
