import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { Attempt, Repair, Run } from './run.ts';

const tables = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  create table if not exists runs (
    id integer primary key, jobId integer not null, numberInJob integer not null, token text unique,
    principal text not null, parameters text not null, definition text not null, state text not null, code text,
    message text not null, createdAt integer not null, startedAt integer, endedAt integer, repairs text not null
  );
  create index if not exists runs_of_job on runs (jobId, id);
  create index if not exists runs_alive on runs (state) where state <> 'TERMINATED';
  create table if not exists attempts (
    id integer primary key, runId integer not null references runs (id), taskKey text not null, number integer not null,
    state text not null, code text, message text not null, error text, trace text, startedAt integer, endedAt integer
  );
  create index if not exists attempts_of_run on attempts (runId, id);
`;

type Row = Record<string, SQLOutputValue>;
export type RunFilter = { jobId?: number; isActive?: boolean; startedFrom?: number; startedTo?: number };

/** Every run and attempt, written down before anything is done about it. */
export class RunStore {
  readonly #db: DatabaseSync;
  #lastId: number;

  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec(tables);
    const last = this.#db.prepare('select max(id) last from (select id from runs union all select id from attempts)');
    this.#lastId = Number(last.get()?.['last'] ?? 0);
  }

  /** Grows always, across restarts too, and has the fifteen digits that ids of a workspace have. */
  createId(): number {
    this.#lastId = Math.max(this.#lastId + 1, Date.now() * 100);
    return this.#lastId;
  }

  insertRun(run: Run): void {
    this.#insert('runs', {
      ...run,
      parameters: JSON.stringify(run.parameters),
      definition: JSON.stringify(run.definition),
      repairs: JSON.stringify(run.repairs),
    });
  }

  updateRun(id: number, change: Partial<Pick<Run, 'state' | 'code' | 'message' | 'startedAt' | 'endedAt'>>): void {
    this.#update('runs', id, change);
  }

  updateRepairs(id: number, repairs: Repair[]): void {
    this.#update('runs', id, { repairs: JSON.stringify(repairs) });
  }

  insertAttempt(attempt: Attempt): void {
    this.#insert('attempts', attempt);
  }

  updateAttempt(id: number, change: Partial<Omit<Attempt, 'id' | 'runId'>>): void {
    this.#update('attempts', id, change);
  }

  findRun(id: number): Run | undefined {
    return this.#selectRuns('where id = ?', [id])[0];
  }

  findRunByToken(token: string): Run | undefined {
    return this.#selectRuns('where token = ?', [token])[0];
  }

  listActiveRuns(): Run[] {
    return this.#selectRuns("where state <> 'TERMINATED' order by id", []);
  }

  countRuns(jobId: number): number {
    return Number(this.#db.prepare('select count(*) n from runs where jobId = ?').get(jobId)?.['n']);
  }

  /** Newest first. */
  listRuns(filter: RunFilter, page: { limit: number; offset: number }): Run[] {
    const tests: string[] = ['1 = 1'];
    const values: number[] = [];
    const addTest = (sql: string, value: number | undefined) => {
      if (value === undefined) return;
      tests.push(sql);
      values.push(value);
    };
    addTest('jobId = ?', filter.jobId);
    addTest('createdAt >= ?', filter.startedFrom);
    addTest('createdAt <= ?', filter.startedTo);
    if (filter.isActive !== undefined) tests.push(`state ${filter.isActive ? '<>' : '='} 'TERMINATED'`);
    const where = `where ${tests.join(' and ')} order by id desc limit ? offset ?`;
    return this.#selectRuns(where, [...values, page.limit, page.offset]);
  }

  findAttempt(id: number): Attempt | undefined {
    return this.#db.prepare('select * from attempts where id = ?').get(id) as unknown as Attempt | undefined;
  }

  listAttempts(runId: number): Attempt[] {
    return this.#db.prepare('select * from attempts where runId = ? order by id').all(runId) as unknown as Attempt[];
  }

  close(): void {
    this.#db.close();
  }

  #selectRuns(where: string, values: (string | number)[]): Run[] {
    return this.#db
      .prepare(`select * from runs ${where}`)
      .all(...values)
      .map(toRun);
  }

  #insert(table: string, row: Record<string, unknown>): void {
    const keys = Object.keys(row);
    const sql = `insert into ${table} (${keys.join(', ')}) values (${keys.map(() => '?').join(', ')})`;
    this.#db.prepare(sql).run(...(Object.values(row) as (string | number | null)[]));
  }

  #update(table: string, id: number, change: Record<string, unknown>): void {
    const keys = Object.keys(change);
    const sql = `update ${table} set ${keys.map((key) => `${key} = ?`).join(', ')} where id = ?`;
    this.#db.prepare(sql).run(...(Object.values(change) as (string | number | null)[]), id);
  }
}

function toRun(row: Row): Run {
  const { parameters, definition, repairs, ...rest } = row;
  return {
    ...(rest as unknown as Omit<Run, 'parameters' | 'definition' | 'repairs'>),
    parameters: JSON.parse(String(parameters)) as Run['parameters'],
    definition: JSON.parse(String(definition)) as Run['definition'],
    repairs: JSON.parse(String(repairs)) as Repair[],
  };
}
