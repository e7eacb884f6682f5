import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Address } from '../address.ts';

export type Properties = { contentType: string; metadata: Record<string, string> };

const usual: Properties = { contentType: 'application/octet-stream', metadata: {} };

/** What a file cannot carry itself: its content type and its metadata. */
export class PropertyStore {
  readonly #db: DatabaseSync;

  constructor(folder: string) {
    this.#db = new DatabaseSync(join(folder, 'properties.sqlite'));
    this.#db.exec(`
      pragma journal_mode = wal;
      pragma synchronous = normal;
      create table if not exists properties (
        container text not null, path text not null, contentType text not null, metadata text not null,
        primary key (container, path)
      ) without rowid;
    `);
  }

  get({ container, path }: Address): Properties {
    const sql = 'select contentType, metadata from properties where container = ? and path = ?';
    const row = this.#db.prepare(sql).get(container, path);
    if (row === undefined) return usual;
    return { contentType: String(row['contentType']), metadata: JSON.parse(String(row['metadata'])) };
  }

  /** What is as usual is not written down, which is nearly everything. */
  put(address: Address, { contentType, metadata }: Properties): void {
    if (contentType === usual.contentType && Object.keys(metadata).length === 0) {
      const sql = 'delete from properties where container = ? and path = ?';
      this.#db.prepare(sql).run(address.container, address.path);
      return;
    }
    const sql = 'insert or replace into properties values (?, ?, ?, ?)';
    this.#db.prepare(sql).run(address.container, address.path, contentType, JSON.stringify(metadata));
  }

  /** Of the path and everything under it. */
  remove({ container, path }: Address): void {
    const sql = 'delete from properties where container = ? and (path = ? or path between ? and ?)';
    this.#db.prepare(sql).run(container, path, `${path}/`, `${path}0`);
  }

  removeContainer(container: string): void {
    this.#db.prepare('delete from properties where container = ?').run(container);
  }

  move(source: Address, target: Address): void {
    this.remove(target);
    const sql = `
      update properties set container = ?, path = ? || substr(path, ?)
      where container = ? and (path = ? or path between ? and ?)`;
    const { container, path } = source;
    const change = [target.container, target.path, path.length + 1, container, path, `${path}/`, `${path}0`];
    this.#db.prepare(sql).run(...change);
  }

  close(): void {
    this.#db.close();
  }
}
