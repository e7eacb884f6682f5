import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TableClient } from '@azure/data-tables';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../../bench/campaign/random.ts';
import { listRows } from '../../../cloud/table-storage/table.ts';
import { type Collection, type Database, Journal, type StoredRow } from '../../../emulators/table-storage/journal.ts';
import { startTableEmulator } from '../../support/table-services.ts';

type Emulator = Awaited<ReturnType<typeof startTableEmulator>>;

/** Every write that was answered, done as well to a map of what has to be there. */
const writes: readonly ((table: TableClient, rowKey: string, value: number) => Promise<unknown>)[] = [
  (table, rowKey, value) => table.upsertEntity({ partitionKey: 'p', rowKey, value }, 'Replace'),
  (table, rowKey, value) => table.upsertEntity({ partitionKey: 'p', rowKey, value }, 'Merge'),
  (table, rowKey, value) =>
    table.submitTransaction([['upsert', { partitionKey: 'p', rowKey, value }, 'Replace'] as const]),
];

describe('tables whose process is killed', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startTableEmulator();
  });
  afterAll(() => emulator.stop());

  it('have all that was answered, whatever was written when', async () => {
    const table = await emulator.openTable('random')();
    const random = createRandom(5);
    const expected = new Map<string, number>();
    for (let life = 0; life < 4; life++) {
      for (let value = 1; value <= 60; value++) {
        const rowKey = String(random.next(20));
        if (expected.has(rowKey) && random.next(3) === 0) {
          await table.deleteEntity('p', rowKey);
          expected.delete(rowKey);
        } else {
          await random.choose(writes)?.(table, rowKey, value);
          expected.set(rowKey, value);
        }
      }
      await emulator.crash();
      const rows = await listRows(table, 'p');
      expect(new Map(rows.map((row) => [String(row['rowKey']), Number(row['value'])]))).toEqual(expected);
    }
  });

  it('have all that many have written at once', async () => {
    const table = await emulator.openTable('together')();
    const keys = Array.from({ length: 100 }, (_, index) => String(index).padStart(3, '0'));
    await Promise.all(keys.map((rowKey) => table.createEntity({ partitionKey: 'p', rowKey })));
    await emulator.crash();
    expect((await listRows(table, 'p')).map((row) => row['rowKey'])).toEqual(keys);
  });

  it('have no row of a table of the same name that was deleted', async () => {
    const table = await emulator.openTable('again')();
    await table.createEntity({ partitionKey: 'p', rowKey: 'old' });
    await table.deleteTable();
    await table.createTable();
    await table.createEntity({ partitionKey: 'p', rowKey: 'new' });
    await emulator.crash();
    expect((await listRows(table, 'p')).map((row) => row['rowKey'])).toEqual(['new']);
  });
});

/** A table in memory, which tells of what is done to it as Azurite's tables do. */
function createCollection(name: string, saved: readonly StoredRow[]) {
  const rows = [...saved];
  const listeners = new Map<string, (rows: StoredRow) => void>();
  return {
    name,
    data: rows,
    chain: () => ({ where: () => ({ count: () => rows.length }) }),
    insert: (row: StoredRow) => {
      rows.push(row);
      listeners.get('insert')?.(row);
    },
    remove: (row: StoredRow) => {
      rows.splice(rows.indexOf(row), 1);
      listeners.get('delete')?.(row);
    },
    on: (event, listener) => void listeners.set(event, listener),
  } satisfies Collection;
}

const toRow = (RowKey: string): StoredRow => ({ PartitionKey: 'p', RowKey });

describe('a journal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function open(collection: Collection) {
    const calls = { saves: 0 };
    const database: Database = {
      collections: [collection],
      getCollection: () => collection,
      saveDatabase: (done) => {
        calls.saves += 1;
        done();
      },
    };
    const journal = new Journal(folder, database);
    await journal.open();
    return { calls, journal };
  }

  it('saves everything once, and then what has changed alone', async () => {
    const collection = createCollection('account$table', []);
    const { calls, journal } = await open(collection);
    for (const key of ['a', 'b', 'c']) {
      collection.insert(toRow(key));
      await journal.flush();
    }
    expect(calls.saves).toBe(1);
    const later = createCollection('account$table', []);
    await open(later);
    expect(later.data).toEqual(['a', 'b', 'c'].map(toRow));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('passes over a line that was not written to its end, as nobody had an answer', async () => {
    const line = JSON.stringify({ table: 'account$table', row: toRow('a'), isGone: false });
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, '1'), `${line}\n${line.slice(0, 20)}`);
    const collection = createCollection('account$table', []);
    await open(collection);
    expect(collection.data).toEqual([toRow('a')]);
  });

  it('makes changes again that were saved already, of which the last one counts', async () => {
    const toLine = (key: string, isGone: boolean) =>
      `${JSON.stringify({ table: 'account$table', row: toRow(key), isGone })}\n`;
    writeFileSync(path.join(folder, '9'), [toLine('a', false), toLine('b', false)].join(''));
    writeFileSync(path.join(folder, '10'), toLine('a', true));
    const collection = createCollection('account$table', [toRow('b'), toRow('c')]);
    await open(collection);
    expect(collection.data).toEqual([toRow('c'), toRow('b')]);
  });
});
