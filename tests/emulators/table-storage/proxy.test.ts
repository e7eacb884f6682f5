import type { TableClient, TransactionAction } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isStatus, listRows, readPage, readRows } from '../../../cloud/table-storage/table.ts';
import type { Fault } from '../../../emulators/shared/faults.ts';
import { startTableEmulator } from '../../support/table-services.ts';

type Emulator = Awaited<ReturnType<typeof startTableEmulator>>;

const createRows = (count: number, partitionKey = 'p', columns = {}) =>
  Array.from({ length: count }, (_, index) => ({ partitionKey, rowKey: String(index).padStart(4, '0'), ...columns }));

async function fill(table: TableClient, rows: readonly { partitionKey: string; rowKey: string }[]): Promise<void> {
  for (let start = 0; start < rows.length; start += 100) {
    const actions = rows.slice(start, start + 100).map((row): TransactionAction => ['create', row]);
    await table.submitTransaction(actions);
  }
}

const toKey = (row: Record<string, unknown>) => String(row['rowKey']);

describe('pages that end early', () => {
  let emulator: Emulator;
  let table: TableClient;
  beforeAll(async () => {
    emulator = await startTableEmulator({ seed: 3 });
    table = await emulator.openTable('pages')();
    await fill(table, createRows(250, 'p'));
    await fill(table, createRows(10, 'q'));
  });
  afterAll(() => emulator.stop());

  it('hide no row and give none twice, whatever their size', async () => {
    const kinds = new Set<string>();
    for (let round = 0; round < 20; round++) {
      const keys: string[] = [];
      const pages = table.listEntities({ queryOptions: { filter: "PartitionKey eq 'p'" } }).byPage({ maxPageSize: 50 });
      for await (const page of pages) {
        const isLast = (page as { continuationToken?: string }).continuationToken === undefined;
        kinds.add(`${page.length === 0 ? 'empty' : page.length < 50 ? 'short' : 'full'}${isLast ? ', last' : ''}`);
        keys.push(...page.map((row) => String(row.rowKey)));
      }
      expect(keys).toEqual(createRows(250).map(toKey));
    }
    expect([...kinds]).toEqual(expect.arrayContaining(['empty', 'short', 'full', 'empty, last', 'full, last']));
  });

  it('are gone over by whoever reads rows', async () => {
    for (let round = 0; round < 20; round++) {
      expect(await listRows(table, 'q')).toHaveLength(10);
      expect(await readRows(table, { partition: 'q', toItem: toKey, max: 3 })).toEqual(['0000', '0001', '0002']);
      const first = await readPage(table, { partition: 'q', toItem: toKey, max: 10 });
      expect(first.rows).toHaveLength(10);
    }
  });

  it('are for those alone who have the key', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await fetch(`${table.url}/pages()`)).status),
    );
    expect(new Set(statuses)).toEqual(new Set([403]));
  });

  it('are counted by the rows of the range of keys, not by those that are answered', async () => {
    const before = await emulator.readCounts();
    const query = { partition: 'p', conditions: ["RowKey lt '0100'", "column eq 'x'"], toItem: toKey, max: 10 };
    expect(await readRows(table, query)).toEqual([]);
    const after = await emulator.readCounts();
    expect(after.rowsLookedAt - before.rowsLookedAt).toBe(100);
    expect(after.maxRowsPerQuery).toBeGreaterThanOrEqual(100);
    expect(after.requests.QueryEntities).toBeGreaterThan(before.requests.QueryEntities ?? 0);
  });
});

describe('pages that go from one partition to the next', () => {
  it('are counted by the rows that lie between their first and their last', async () => {
    const emulator = await startTableEmulator();
    try {
      const table = await emulator.openTable('many')();
      for (let partition = 10; partition < 40; partition++) await fill(table, createRows(10, String(partition)));
      let rows = 0;
      for await (const page of table.listEntities().byPage({ maxPageSize: 25 })) rows += page.length;
      expect(await emulator.readCounts()).toMatchObject({ rowsLookedAt: rows, maxRowsPerQuery: 25 });
    } finally {
      await emulator.stop();
    }
  });
});

describe('what the service refuses', () => {
  let emulator: Emulator;
  let table: TableClient;
  beforeAll(async () => {
    emulator = await startTableEmulator();
    table = await emulator.openTable('limits')();
  });
  afterAll(() => emulator.stop());

  const row = { partitionKey: 'p', rowKey: 'r' };
  const createColumns = (count: number, length: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, 'x'.repeat(length)]));
  const toTransaction = (rows: readonly (typeof row)[]) =>
    rows.map((created): TransactionAction => ['create', created]);

  it.for([
    ['a long text', { ...row, text: 'x'.repeat(32_769) }, 'PropertyValueTooLarge'],
    ['a row of over a mebibyte', { ...row, ...createColumns(17, 32_000) }, 'EntityTooLarge'],
    ['a row with many columns', { ...row, ...createColumns(253, 1) }, 'TooManyProperties'],
  ] as const)('%s, alone and in a transaction', async ([, wrong, code]) => {
    const expected = { statusCode: 400, code };
    await expect(table.createEntity(wrong)).rejects.toMatchObject({ statusCode: 400 });
    await expect(table.upsertEntity(wrong, 'Replace')).rejects.toMatchObject({ statusCode: 400 });
    await expect(table.submitTransaction(toTransaction([wrong]))).rejects.toMatchObject(expected);
    await expect(table.getEntity('p', 'r')).rejects.toMatchObject({ statusCode: 404 });
  });

  it('a transaction of over four mebibytes', async () => {
    const rows = createRows(100, 'p', createColumns(2, 30_000));
    await expect(table.submitTransaction(toTransaction(rows))).rejects.toMatchObject({ statusCode: 413 });
    expect(await listRows(table, 'p')).toEqual([]);
  });

  it('a page of over a thousand rows', async () => {
    const pages = table.listEntities().byPage({ maxPageSize: 1001 });
    await expect(pages.next()).rejects.toMatchObject({ statusCode: 400 });
  });

  it('nothing that it takes', async () => {
    await table.createEntity({ ...row, text: 'x'.repeat(32_768), number: 1, truth: true, time: new Date(0) });
    await table.submitTransaction([
      ['update', { ...row, number: 2 }, 'Merge'],
      ['create', { partitionKey: 'p', rowKey: 's', text: 'äöü' }],
    ]);
    expect(await table.getEntity('p', 'r')).toMatchObject({ number: 2, truth: true });
    expect(await table.getEntity('p', 's')).toMatchObject({ text: 'äöü' });
    await table.deleteEntity('p', 's');
    await expect(table.getEntity('p', 's')).rejects.toMatchObject({ statusCode: 404 });
  });
});

describe('faults', () => {
  const start = async (...faults: Fault[]) => {
    const emulator = await startTableEmulator({ faults: { faults } });
    return { emulator, table: await emulator.openTable('faults')() };
  };

  it('lose the answer to a write that was done: its client repeats it, and finds its own row', async () => {
    const at = { service: 'table-storage', call: 'InsertEntity', nth: 1 } as const;
    const { emulator, table } = await start({ at, do: 'disconnect', when: 'after' });
    try {
      const insertion = table.createEntity({ partitionKey: 'p', rowKey: 'r' });
      await expect(insertion).rejects.toSatisfy((error) => isStatus(error, 409));
      expect(await listRows(table, 'p')).toHaveLength(1);
    } finally {
      await emulator.stop();
    }
  });

  it('are slow for a table alone, as long as they last', async () => {
    const at = { service: 'table-storage', call: '*', match: '/faults(', to: 3600 } as const;
    const { emulator, table } = await start({ at, do: 'delay', milliseconds: 300 });
    const measure = async (client: TableClient) => {
      const began = Date.now();
      await client.upsertEntity({ partitionKey: 'p', rowKey: 'r' });
      return Date.now() - began;
    };
    try {
      const other = await emulator.openTable('other')();
      expect(await measure(table)).toBeGreaterThanOrEqual(290);
      expect(await measure(other)).toBeLessThan(290);
    } finally {
      await emulator.stop();
    }
  });

  it('answer 503 above a rate, and the client tries again after the time that it was told', async () => {
    const at = { service: 'table-storage', call: 'GetEntity', above: 5 } as const;
    const { emulator, table } = await start({ at, do: 'fail', status: 503 });
    try {
      await table.createEntity({ partitionKey: 'p', rowKey: 'r' });
      // More than two seconds let through, as the requests may fall on both sides of a new one.
      const rows = await Promise.all(Array.from({ length: 12 }, () => table.getEntity('p', 'r')));
      expect(rows).toHaveLength(12);
      expect((await emulator.readCounts()).requests.GetEntity).toBeGreaterThan(12);
    } finally {
      await emulator.stop();
    }
  });
});
