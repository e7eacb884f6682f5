import { describe, expect, it } from 'vitest';
import type { QueryResult, SqlWarehouse } from '../../../medallion/ports/sql-warehouse.ts';
import { countFailingRows } from '../../../operations/quality/count-failing-rows.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { rule } from '../../support/rules.ts';

const rules = [rule('a'), rule('b')];
const many = Array.from({ length: 18 }, (_, index) => rule(`r${index}`));
const pins = { versions: { 'silver.users': 1 } };
const toRows = (...rows: Record<string, unknown>[]): QueryResult => ({ kind: 'rows', rows });
const toRow = (name: string, failingRows: number, rows: bigint | null = 10n) => ({
  table_name: 'silver.users',
  rule: name,
  failing_rows: BigInt(failingRows),
  table_rows: rows,
});

describe('countFailingRows', () => {
  it('counts all rules in one statement', async () => {
    const ports = createFakePorts({ answer: () => toRows(toRow('a', 0), toRow('b', 3, null)) });
    const { counts } = await countFailingRows(ports, rules, pins);
    expect([...counts]).toEqual([
      ['silver.users/a', { rule: 'a', failingRows: 0, rows: 10 }],
      ['silver.users/b', { rule: 'b', failingRows: 3 }],
    ]);
    expect(ports.statements).toHaveLength(1);
  });

  it('asks nothing when there is no rule', async () => {
    const ports = createFakePorts();
    expect(await countFailingRows(ports, [], pins)).toEqual({ counts: new Map() });
    expect(ports.statements).toEqual([]);
  });

  it('names the one rule that cannot be evaluated, and counts the others', async () => {
    const answer = (statement: string): QueryResult =>
      statement.includes("'a'") ? { kind: 'rejected', reason: 'No such column.' } : toRows(toRow('b', 0));
    const results = await countFailingRows(createFakePorts({ answer }), rules, pins);
    expect([...results.counts.keys()]).toEqual(['silver.users/b']);
    expect([...(results.failures ?? [])]).toEqual([['silver.users/a', 'No such column.']]);
  });

  it('finds the bad rule of many in a few of them', async () => {
    const answer = (statement: string): QueryResult =>
      statement.includes("'r9'") ? { kind: 'rejected', reason: 'No such column.' } : toRows();
    const ports = createFakePorts({ answer });
    const results = await countFailingRows(ports, many, pins);
    expect([...(results.failures ?? [])]).toEqual([['silver.users/r9', 'No such column.']]);
    expect(ports.statements).toHaveLength(1 + 5 + 4);
  });

  it('names each rule whose table has no known version', async () => {
    const results = await countFailingRows(createFakePorts(), rules, { versions: {} });
    expect([...(results.failures?.values() ?? [])]).toEqual(
      Array(2).fill("No version of table 'silver.users' is known to this gate."),
    );
  });

  it('leaves out a rule that the warehouse leaves out', async () => {
    const ports = createFakePorts({ answer: () => toRows(toRow('a', 0)) });
    expect((await countFailingRows(ports, rules, pins)).counts.has('silver.users/b')).toBe(false);
  });

  it('fails when the warehouse does not answer', async () => {
    const failure = new Error('Away.');
    const sqlWarehouse = { query: () => Promise.reject(failure) };
    await expect(countFailingRows({ sqlWarehouse }, rules, pins)).rejects.toBe(failure);
  });
});

describe('rules that take too long', () => {
  const timeout: QueryResult = { kind: 'rejected', reason: 'It took longer than 300 s.', isTimeout: true };
  const named = (name: string) => [`silver.users/${name}`, expect.stringContaining(timeout.reason)];

  it('are not asked one by one, and each is named', async () => {
    const ports = createFakePorts({ answer: () => timeout });
    const results = await countFailingRows(ports, many, pins);
    expect([...(results.failures ?? [])]).toEqual(many.map(({ name }) => named(name)));
    expect(ports.statements).toHaveLength(1 + 5);
  });

  it('hold back the few that were asked together with them, and none of the others', async () => {
    const answer = (statement: string): QueryResult =>
      statement.includes("'r9'") ? timeout : toRows(...many.map(({ name }) => toRow(name, 0)));
    const { counts, failures } = await countFailingRows(createFakePorts({ answer }), many, pins);
    expect([...(failures ?? [])]).toEqual(['r8', 'r9', 'r10', 'r11'].map(named));
    expect(failures?.get('silver.users/r8')).toContain("asked together: 'r8', 'r9', 'r10', 'r11'.");
    expect(counts.get('silver.users/r0')).toBeDefined();
  });

  it('are cancelled after five minutes, and nothing is asked once the time of all is up', async () => {
    const end = new AbortController();
    const asked: (number | undefined)[] = [];
    const query: SqlWarehouse['query'] = async (_, __, maxSeconds) => {
      if (asked.push(maxSeconds) === 3) end.abort();
      return timeout;
    };
    const results = await countFailingRows({ sqlWarehouse: { query } }, many, pins, [], end.signal);
    expect(asked).toEqual([300, 300, 300]);
    expect(results.failures?.size).toBe(many.length);
    expect(results.failures?.get('silver.users/r17')).toContain('the rules of a layer have 20 minutes');
  });
});

describe('a rule in percent', () => {
  const percent = rule('a', { tolerates: { kind: 'percent', percent: 50 } });

  async function count(failingRows: number, sizes: QueryResult) {
    const ports = createFakePorts({
      answer: (statement) => (statement.includes("'a'") ? counted(failingRows) : sizes),
    });
    const results = await countFailingRows(ports, [percent], pins);
    return { ...results, statements: ports.statements };
  }
  const counted = (failingRows: number) => toRows(toRow('a', failingRows, null));
  const sizeOfTen = toRows({ table_name: 'silver.users', table_rows: 10n });

  it('needs the size of its table where rows break it', async () => {
    const broken = await count(5, sizeOfTen);
    expect(broken.counts.get('silver.users/a')).toEqual({ rule: 'a', failingRows: 5, rows: 10 });
    expect(broken.statements).toHaveLength(2);
    expect((await count(0, sizeOfTen)).statements).toHaveLength(1);
  });

  it('is not evaluated when the size cannot be read', async () => {
    const rejected = await count(1, { kind: 'rejected', reason: 'Gone.' });
    expect(rejected.counts.size).toBe(0);
    expect([...(rejected.failures ?? [])]).toEqual([['silver.users/a', 'Gone.']]);
    expect((await count(1, toRows())).counts.size).toBe(0);
  });
});
