import { describe, expect, it } from 'vitest';
import type { QueryResult } from '../../../medallion/ports/sql-warehouse.ts';
import { countFailingRows } from '../../../operations/quality/count-failing-rows.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { rule } from '../../support/rules.ts';

const rules = [rule('a'), rule('b')];
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
