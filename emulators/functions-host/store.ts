import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { schema, schemaVersion } from './schema.ts';

/** The one SQLite file of a host. Everything in it is written by this process only, see `lock.ts`. */
export class Store {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    this.transaction(() => this.#migrate(file));
  }

  select<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  selectOne<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  /** Answers how many rows were touched. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  /** One atomic, durable step; a step inside a step joins it. */
  transaction<Result>(step: () => Result): Result {
    if (this.#database.isTransaction) return step();
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = step();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #migrate(file: string): void {
    this.#database.exec('CREATE TABLE IF NOT EXISTS about(name TEXT PRIMARY KEY, value TEXT NOT NULL)');
    const row = this.#database.prepare("SELECT value FROM about WHERE name = 'schema'").get() as
      | { value: string }
      | undefined;
    if (row && row.value !== String(schemaVersion)) {
      throw new Error(
        `Store '${file}' has schema ${row.value}, this host writes ${schemaVersion}; start with a new file.`,
      );
    }
    this.#database.exec(schema);
    this.#database.prepare("INSERT OR IGNORE INTO about VALUES('schema', ?)").run(String(schemaVersion));
  }
}
