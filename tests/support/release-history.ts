import type { RunningStack } from '../../bench/harness/running-stack.ts';
import { createTableStatement } from '../../medallion/catalog/ddl.ts';
import type { TableContract } from '../../medallion/contracts/contract.ts';
import { quoteLiteral } from '../../medallion/contracts/sql.ts';
import type { QueryResult, SqlWarehouse } from '../../medallion/ports/sql-warehouse.ts';
import { createChangesTable } from '../../medallion/releases/change-sets.ts';
import type { PublishResult } from '../../medallion/releases/publish-result.ts';
import type { PublishedState, Rounds } from '../../medallion/releases/release.ts';
import type { Rejected } from '../../operations/rejected.ts';
import { compareReleases } from '../../operations/releases/compare.ts';
import { publish } from '../../operations/releases/publish.ts';
import { rollBack } from '../../operations/releases/roll-back.ts';
import { createFakePorts, createTableContract } from './fake-ports.ts';

type Rows = ReadonlyMap<string, number>;
type Random = (below: number) => number;

/** The same numbers for the same seed. */
export function createRandom(seed: number): Random {
  let state = seed * 2_654_435_761;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_507) + 0x9e3779b9) >>> 0;
    return (state >>> 8) % below;
  };
}

const columns: TableContract['columns'] = [
  { name: 'id', type: 'string', required: true, description: 'The key.' },
  { name: 'n', type: 'int', required: true, description: 'A number.' },
  { name: 'who', type: 'string', required: false, description: 'A name.', classification: 'personal' },
];
const keys = ['a', 'b', 'c', 'd', 'e'];

/** Rounds, releases, blocks, crashes and roll backs of two tables on a real warehouse, and what has to come of them. */
export class ReleaseHistory {
  readonly #states = new Map<string, Rows[]>();
  readonly #releases = new Map<string, Rounds>();
  readonly #tables: readonly TableContract[];
  #ports: ReturnType<typeof createFakePorts>;
  #older: PublishedState | undefined;
  readonly #cloud: RunningStack;
  readonly #random: Random;
  #rounds: Rounds = {};
  #count = 0;
  /** Each publication comes so late that nobody can still be at work on the one before. */
  #now = Date.parse('2026-01-01T00:00:00Z');

  private constructor(cloud: RunningStack, random: Random, name: string) {
    this.#cloud = cloud;
    this.#random = random;
    this.#tables = ['one', 'two'].map((table) => ({ ...createTableContract(`gold.${name}_${table}`), columns }));
    for (const { table } of this.#tables) this.#states.set(table, [new Map()]);
    this.#ports = createFakePorts({ tables: this.#tables });
  }

  static async create(cloud: RunningStack, seed: number): Promise<ReleaseHistory> {
    const history = new ReleaseHistory(cloud, createRandom(seed), `history_${seed}`);
    const statements = history.#tables.flatMap((gold) => [gold, createChangesTable(gold)]).map(createTableStatement);
    await cloud.useWarehouse(async (ask) => {
      for (const statement of statements) await ask(statement.replaceAll('interval 7 days', 'interval 1 second'));
    });
    return history;
  }

  /** One thing that happens, and then what readers see is what they have to see. */
  async step(): Promise<string> {
    const kind = ['round', 'round', 'release', 'release', 'crash', 'rollBack', 'restore'][this.#random(7)] ?? 'round';
    if (kind === 'round' || this.#count === 0) await this.#doRound();
    else if (kind === 'restore') await this.#restore();
    else if (kind === 'rollBack' && this.#releases.size > 0) await this.#rollBack();
    else await this.#release(kind === 'crash');
    await this.#check();
    return kind;
  }

  /** Changes some rows of a table, as the job of gold appends them. */
  async #doRound(): Promise<void> {
    this.#count += 1;
    const table = this.#tables[this.#random(2)]?.table ?? '';
    const states = this.#states.get(table) ?? [];
    const previous = this.#getRound(table);
    const before = states[previous] ?? new Map();
    const after = new Map(before);
    for (const key of keys.filter(() => this.#random(2) === 0))
      if (after.has(key) && this.#random(3) === 0) after.delete(key);
      else after.set(key, this.#random(100));
    const values = keys.flatMap((key) => toChanges(key, before.get(key), after.get(key)));
    if (values.length === 0) return;
    states[this.#count] = after;
    const rows = values.map((value) => `(${this.#count}, ${previous}, ${value})`).join(', ');
    await this.#cloud.query(`INSERT INTO ${table.replace('gold.', 'gold_changes.')} VALUES ${rows}`);
  }

  #getRound = (table: string) => Math.max(...Object.keys(this.#states.get(table) ?? {}).map(Number));

  /** Shows the newest round of both tables or of one of them, as a rule may block the other one. */
  async #release(isKilled: boolean): Promise<void> {
    const moved = this.#tables.slice(this.#random(2), 1 + this.#random(2));
    const rounds = Object.fromEntries(moved.map(({ table }) => [table, this.#getRound(table)]));
    const name = `r-${this.#releases.size + 1}-${this.#count}-${this.#now}`;
    const request = { release: name, publishedAs: name, batch: 'b', verdicts: '{}', rounds };
    const dyingPublish = () => publish(this.#createPorts(this.#random(4)), request, this.#passTime());
    if (isKilled) await this.#dieWhile(() => this.#untilDone(dyingPublish));
    const shown = { ...this.#rounds, ...rounds };
    this.#rounds = shown;
    // What was left is ended by itself, or by whoever comes next.
    if (isKilled && this.#releases.size > 0 && this.#random(2) === 0) await this.#rollBack();
    else await this.#untilDone(() => publish(this.#createPorts(), request, this.#passTime()));
    this.#releases.set(name, shown);
  }

  /** The state table is lost, or as it was at the last time that this happened. */
  async #restore(): Promise<void> {
    const stored = await this.#ports.releases.get();
    this.#ports = createFakePorts({ tables: this.#tables });
    if (this.#older && this.#random(2) === 0) await this.#ports.releases.replace(undefined, this.#older);
    this.#older = stored?.state;
  }

  /** Whoever finds the state table behind the lakehouse puts it right, and is busy with that. */
  async #untilDone(work: () => Promise<PublishResult | Rejected>): Promise<void> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const result = await work();
      if (result.kind === 'published') return;
      if (result.kind === 'rejected') throw new Error(result.reason);
    }
    throw new Error('It is busy for ever.');
  }

  async #rollBack(): Promise<void> {
    const [release, rounds] = [...this.#releases][this.#random(this.#releases.size)] ?? ['', {}];
    const publishedAs = `${release}-again-${this.#now}`;
    const request = { release, publishedAs, actor: 'a', reason: 'r' };
    await this.#untilDone(() => rollBack(this.#createPorts(), request, this.#passTime()));
    this.#rounds = { ...this.#rounds, ...rounds };
  }

  #passTime(): Date {
    this.#now += 3_600_000;
    return new Date(this.#now);
  }

  /** The process is gone before the statement with this number, or after all of them. */
  #createPorts(deadFrom = Number.POSITIVE_INFINITY) {
    let sent = 0;
    const query: SqlWarehouse['query'] = async (statement) => {
      if (!statement.startsWith('SELECT') && sent++ >= deadFrom) throw new Error('The process was killed.');
      return this.#cloud.query(statement, 'operator').then(toAnswer, toRejection);
    };
    return { ...this.#ports, sqlWarehouse: { query } };
  }

  async #dieWhile(work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: Error) => {
      if (!error.message.includes('The process was killed.')) throw error;
    });
  }

  async #check(): Promise<void> {
    for (const { table } of this.#tables) {
      const seen = await this.#read(`SELECT id, n, who FROM ${table.replace('gold.', 'gold_published.')}`);
      const wanted = this.#getState(table, this.#rounds[table]);
      expectSame(`'${table}' at round ${this.#rounds[table]}`, seen, wanted);
    }
  }

  /** Compares two releases by the product, and by looking at the two states. */
  async checkDiff(): Promise<void> {
    const names = [...this.#releases.keys()];
    if (names.length === 0) return;
    const from = names[this.#random(names.length)] ?? '';
    const to = names[this.#random(names.length)] ?? '';
    const diff = await compareReleases(this.#createPorts(), { from, to });
    if (diff.kind === 'rejected') throw new Error(diff.reason);
    const seen = diff.tables.map(({ added, changed, columns: counts, removed, table }) => ({
      table,
      added,
      removed,
      changed,
      columns: counts,
    }));
    const wanted = this.#tables.flatMap(({ table }) => {
      const before = this.#getState(table, this.#releases.get(from)?.[table]);
      const after = this.#getState(table, this.#releases.get(to)?.[table]);
      const added = [...after.keys()].filter((key) => !before.has(key)).length;
      const removed = [...before.keys()].filter((key) => !after.has(key)).length;
      const changed = [...after].filter(([key, n]) => before.has(key) && before.get(key) !== n).length;
      const differing = changed > 0 ? { n: changed, who: changed } : {};
      return added + removed + changed > 0 ? [{ table, added, removed, changed, columns: differing }] : [];
    });
    expectEqual(`diff of '${from}' and '${to}'`, sortByTable(seen), sortByTable(wanted));
  }

  #getState = (table: string, round = 0): Rows => this.#states.get(table)?.[round] ?? new Map();

  async #read(statement: string): Promise<Rows> {
    const { rows } = await this.#cloud.query(statement);
    return new Map(rows.map((row) => [String(row['id']), Number(row['n'])]));
  }
}

const toAnswer = (result: { rows: Record<string, unknown>[] }): QueryResult => ({ kind: 'rows', rows: result.rows });

/** The engine's own errors begin with their class. */
function toRejection(error: Error): QueryResult {
  if (!/^\[[A-Z_]+/.test(error.message)) throw error;
  return { kind: 'rejected', reason: error.message };
}

const toValue = (key: string, n: number, kind: string) =>
  `'${kind}', ${quoteLiteral(key)}, ${n}, ${quoteLiteral(`person ${n}`)}`;

function toChanges(key: string, before: number | undefined, after: number | undefined): string[] {
  if (before === after) return [];
  if (before === undefined) return [toValue(key, after ?? 0, 'insert')];
  if (after === undefined) return [toValue(key, before, 'delete')];
  return [toValue(key, before, 'update_preimage'), toValue(key, after, 'update_postimage')];
}

const sortByTable = <Item extends { table: string }>(items: readonly Item[]) =>
  items.toSorted((one, other) => one.table.localeCompare(other.table));

const expectSame = (what: string, seen: Rows, wanted: Rows) =>
  expectEqual(what, Object.fromEntries([...seen].sort()), Object.fromEntries([...wanted].sort()));

function expectEqual(what: string, seen: unknown, wanted: unknown): void {
  if (JSON.stringify(seen) !== JSON.stringify(wanted))
    throw new Error(`${what} is ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}.`);
}
