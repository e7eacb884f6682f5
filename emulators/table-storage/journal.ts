import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

const events = ['insert', 'update', 'delete'] as const;

export type StoredRow = Readonly<Record<'PartitionKey' | 'RowKey', string>> & Record<string, unknown>;

export interface Collection {
  readonly name: string;
  readonly data: readonly StoredRow[];
  chain(): { where(matches: (row: StoredRow) => boolean): { count(): number } };
  insert(row: StoredRow): void;
  remove(row: StoredRow): void;
  on(event: (typeof events)[number], listener: (rows: StoredRow | StoredRow[]) => void): void;
}

export interface Database {
  readonly collections: readonly Collection[];
  getCollection(name: string): Collection | null;
  saveDatabase(done: (error?: Error) => void): void;
}

interface Entry {
  readonly table: string;
  readonly row: StoredRow;
  readonly isGone: boolean;
}

/** The lists of tables and of accounts, which have no rows of a table. */
const isListOfTables = ({ name }: Collection): boolean => name.startsWith('$');

/** From so many on all is saved, so that a start does not read for long. */
const maxBytes = 64 * 2 ** 20;

/**
 * What has changed since all tables were saved, one line each. To save all of them for each write takes the longer the more
 * rows there are. A process that is killed finds the changes when it starts again. Each may be made twice: the last one of a
 * row counts.
 */
export class Journal {
  readonly #folder: string;
  readonly #database: Database;
  readonly #watched = new WeakSet<Collection>();
  #lines: string[] = [];
  /** Whether a table was made or deleted: its changes must not meet those of one of the same name. */
  #hasOtherTables = false;
  #part = 0;
  #bytes = 0;
  #write: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(folder: string, database: Database) {
    this.#folder = folder;
    this.#database = database;
  }

  /** Makes the changes that were not saved, and saves. */
  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const entries: Entry[] = [];
    for (const part of await this.#listParts()) {
      this.#part = Number(part);
      entries.push(...parseEntries(await readFile(path.join(this.#folder, part), 'utf8')));
    }
    for (const [table, changes] of Map.groupBy(entries, (entry) => entry.table)) {
      const collection = this.#database.getCollection(table);
      if (collection !== null) makeChanges(collection, changes);
    }
    await this.#saveAll();
  }

  /** Resolves when whatever has changed until now is on disk. Who asks meanwhile waits for the same next write. */
  flush(): Promise<void> {
    if (this.#next === undefined) {
      this.#next = this.#write
        // Whoever waited for that write has heard of it.
        .catch(() => undefined)
        .then(() => {
          this.#next = undefined;
          this.#write = this.#writeDown();
          return this.#write;
        });
    }
    return this.#next;
  }

  async #writeDown(): Promise<void> {
    if (this.#hasOtherTables || this.#bytes > maxBytes) return this.#saveAll();
    const count = this.#lines.length;
    if (count === 0) return;
    const text = this.#lines.join('');
    await appendFile(path.join(this.#folder, String(this.#part)), text);
    this.#lines.splice(0, count);
    this.#bytes += text.length;
  }

  async #saveAll(): Promise<void> {
    const saved = await this.#listParts();
    this.#part += 1;
    this.#bytes = 0;
    this.#lines = [];
    this.#hasOtherTables = false;
    for (const collection of this.#database.collections) this.#watch(collection);
    await new Promise<void>((resolve, reject) => {
      this.#database.saveDatabase((error) => (error ? reject(error) : resolve()));
    });
    for (const part of saved) await rm(path.join(this.#folder, part), { force: true });
  }

  #watch(collection: Collection): void {
    if (this.#watched.has(collection)) return;
    this.#watched.add(collection);
    if (isListOfTables(collection)) {
      for (const event of events)
        collection.on(event, () => {
          this.#hasOtherTables = true;
        });
      return;
    }
    const note = (isGone: boolean) => (rows: StoredRow | StoredRow[]) => {
      for (const { $loki: _id, meta: _meta, ...row } of [rows].flat())
        this.#lines.push(`${JSON.stringify({ table: collection.name, row, isGone })}\n`);
    };
    collection.on('insert', note(false));
    collection.on('update', note(false));
    collection.on('delete', note(true));
  }

  async #listParts(): Promise<string[]> {
    const names = await readdir(this.#folder);
    return names.sort((a, b) => Number(a) - Number(b));
  }
}

/** A line that a killed process has left half written was never answered. */
function parseEntries(text: string): Entry[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Entry);
}

const toKey = ({ PartitionKey, RowKey }: StoredRow): string => JSON.stringify([PartitionKey, RowKey]);

function makeChanges(collection: Collection, changes: readonly Entry[]): void {
  const last = new Map(changes.map((entry) => [toKey(entry.row), entry]));
  const stored = new Map(collection.data.map((row) => [toKey(row), row]));
  for (const [key, { isGone, row }] of last) {
    const before = stored.get(key);
    if (before !== undefined) collection.remove(before);
    if (!isGone) collection.insert(row);
  }
}
