import { describe, expect, it, vi } from 'vitest';
import type { QueryResult } from '../../../medallion/ports/sql-warehouse.ts';
import { publish } from '../../../operations/releases/publish.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';

const tables = [createTableContract('gold.a'), createTableContract('gold.b'), createTableContract('silver.users')];
const now = new Date('2026-01-01T00:05:00Z');
const minutesLater = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const createRequest = (name: string, rounds: Record<string, number>) => ({
  release: name,
  publishedAs: name,
  batch: 'b',
  verdicts: '{}',
  rounds,
});
const first = createRequest('r-1', { 'gold.a': 1, 'gold.b': 2 });
const second = createRequest('r-2', { 'gold.a': 3 });
const noRows: QueryResult = { kind: 'rows', rows: [] };
const refuse = (start: string) => (statement: string) =>
  statement.startsWith(start) ? ({ kind: 'rejected', reason: 'No right.' } as const) : noRows;
const recordedRow = {
  number: 7n,
  state: 'published',
  table_name: 'gold.a',
  release: 'r-7',
  batch: 'b',
  from_round: 0n,
  to_round: 5n,
  verdicts: '{}',
  at: 0n,
};
const answerRecorded =
  (rows: Record<string, unknown>[]) =>
  (statement: string): QueryResult => ({ kind: 'rows', rows: statement.startsWith('SELECT') ? rows : [] });
const getKinds = (statements: readonly string[]) => statements.map((statement) => statement.split(' ', 3).join(' '));

describe('publish', () => {
  it('says that it begins, moves the tables, and says that it has ended', async () => {
    const ports = createFakePorts({ tables });

    expect(await publish(ports, first, now)).toEqual({ kind: 'published', release: 'r-1' });
    const [look, begin, ...rest] = ports.statements;
    expect(look).toContain("state = 'published'");
    expect(begin).toContain("'publishing'");
    expect(getKinds(rest)).toEqual([
      'MERGE INTO gold_published.a',
      'MERGE INTO gold_published.b',
      'INSERT INTO ops.releases',
    ]);
    expect(rest.at(-1)).toContain("'published'");
    expect((await ports.releases.get())?.state).toEqual({
      number: 1,
      rounds: { 'gold.a': 1, 'gold.b': 2 },
      current: { release: 'r-1', publishedAs: 'r-1', publishedAt: now.toISOString() },
    });
  });

  it('leaves what it does not name as readers see it, as part of the release', async () => {
    const ports = createFakePorts({ tables });
    await publish(ports, first, now);
    ports.statements.length = 0;
    await publish(ports, second, now);

    expect(getKinds(ports.statements)).toEqual([
      'INSERT INTO ops.releases',
      'MERGE INTO gold_published.a',
      'INSERT INTO ops.releases',
    ]);
    expect(ports.statements[0]).toContain("('gold.b', CAST(2 AS BIGINT), CAST(2 AS BIGINT))");
  });

  it('changes nothing when it is done again', async () => {
    const ports = createFakePorts({ tables });
    await publish(ports, first, now);
    const count = ports.statements.length;
    expect(await publish(ports, first, now)).toEqual({ kind: 'published', release: 'r-1' });
    expect(ports.statements).toHaveLength(count);
  });

  it('goes on from the record of the lakehouse where the state table has none', async () => {
    const ports = createFakePorts({ tables, answer: answerRecorded([recordedRow]) });
    await publish(ports, second, now);
    expect(ports.statements[1]).toContain("SELECT CAST(8 AS BIGINT), 'publishing'");
    expect(ports.statements[1]).toContain("('gold.a', CAST(5 AS BIGINT), CAST(3 AS BIGINT))");
  });

  it('first ends what has only begun when the state table was lost', async () => {
    const begun = { ...recordedRow, number: 8n, state: 'publishing', release: 'r-0', from_round: 5n, to_round: 4n };
    const ports = createFakePorts({ tables, answer: answerRecorded([recordedRow, begun]) });
    expect(await publish(ports, second, now)).toEqual({ kind: 'published', release: 'r-2' });
    const merges = ports.statements.filter((statement) => statement.startsWith('MERGE INTO gold_published.a'));
    expect(merges.map((statement) => /_round > \d+ AND _round <= \d+/.exec(statement)?.[0])).toEqual([
      '_round > 4 AND _round <= 5',
      '_round > 3 AND _round <= 4',
    ]);
  });

  it('takes the number of the lakehouse where the state table is behind it', async () => {
    let isBehind = true;
    const answer = (statement: string): QueryResult => {
      const old = isBehind && statement.includes("'publishing'") && statement.includes('CAST(1 AS BIGINT)');
      if (old)
        return {
          kind: 'rejected',
          reason: '[USER_RAISED_EXCEPTION] Another publication with this number or a greater one has begun.',
        };
      return answerRecorded([recordedRow])(statement);
    };
    const ports = createFakePorts({ tables, answer });
    await ports.releases.replace(undefined, { number: 0, rounds: {} });
    expect(await publish(ports, second, now)).toMatchObject({ kind: 'busy' });
    expect((await ports.releases.get())?.state).toMatchObject({ number: 7, rounds: { 'gold.a': 5 } });
    isBehind = false;
    expect(await publish(ports, second, now)).toEqual({ kind: 'published', release: 'r-2' });
    expect((await ports.releases.get())?.state.number).toBe(8);
  });

  it.for([
    ['the record of its beginning', 'INSERT INTO', 2],
    ['a table', 'MERGE INTO', 4],
    ['the look at the last release', 'SELECT', 1],
  ] as const)('is rejected when the warehouse rejects %s, and keeps what readers saw', async ([, start, sent]) => {
    const ports = createFakePorts({ tables, answer: refuse(start) });
    expect(await publish(ports, first, now)).toEqual({
      kind: 'rejected',
      reason: 'The warehouse rejected the release: No right.',
    });
    expect(ports.statements).toHaveLength(sent);
    expect((await ports.releases.get())?.state.current).toBeUndefined();
  });

  it('leaves nothing for others to end where nothing has begun', async () => {
    const ports = createFakePorts({ tables, answer: refuse('INSERT INTO') });
    await publish(ports, first, now);
    expect((await ports.releases.get())?.state).not.toHaveProperty('publishing');
  });

  it('sends a statement again that met another writer', async () => {
    let conflicts = 2;
    const answer = (statement: string): QueryResult =>
      statement.startsWith('MERGE INTO gold_published.a') && conflicts-- > 0
        ? { kind: 'rejected', reason: '[DELTA_CONCURRENT_DELETE_READ] Maintenance.' }
        : noRows;
    const ports = createFakePorts({ tables, answer });
    expect(await publish(ports, first, now)).toMatchObject({ kind: 'published' });
    expect(ports.statements.filter((statement) => statement.startsWith('MERGE INTO gold_published.a'))).toHaveLength(3);
  });
});

describe('a publication that was left half done', () => {
  async function leave() {
    let isDown = true;
    const answer = (statement: string): QueryResult => {
      if (isDown && statement.startsWith('MERGE INTO gold_published.b')) throw new Error('The host was killed.');
      return noRows;
    };
    const ports = createFakePorts({ tables, answer });
    await expect(publish(ports, first, now)).rejects.toThrow('The host was killed.');
    isDown = false;
    ports.statements.length = 0;
    return ports;
  }

  it('is ended by itself at once', async () => {
    const ports = await leave();
    expect(await publish(ports, first, now)).toEqual({ kind: 'published', release: 'r-1' });
    expect(getKinds(ports.statements)).toEqual([
      'INSERT INTO ops.releases',
      'MERGE INTO gold_published.a',
      'MERGE INTO gold_published.b',
      'INSERT INTO ops.releases',
    ]);
  });

  it('keeps others out as long as it may still be at work', async () => {
    const ports = await leave();
    expect(await publish(ports, second, minutesLater(1))).toEqual({ kind: 'busy', holder: 'r-1' });
    expect(ports.statements).toEqual([]);
  });

  it('keeps others out for as long as it is at work', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    const ports = createFakePorts({ tables });
    const { query } = ports.sqlWarehouse;
    const others: unknown[] = [];
    const slow = async (statement: string) => {
      if (statement.startsWith('MERGE INTO gold_published.a'))
        for (let minute = 1; minute <= 9; minute++) {
          await vi.advanceTimersByTimeAsync(60_000);
          others.push(await publish(ports, second, minutesLater(minute)));
        }
      return query(statement);
    };
    const result = await publish({ ...ports, sqlWarehouse: { query: slow } }, first, now);
    expect(others).toEqual(Array(9).fill({ kind: 'busy', holder: 'r-1' }));
    expect(result).toEqual({ kind: 'published', release: 'r-1' });
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('is ended by whoever comes after that, who then publishes', async () => {
    const ports = await leave();
    expect(await publish(ports, second, minutesLater(3))).toEqual({ kind: 'published', release: 'r-2' });
    expect((await ports.releases.get())?.state).toMatchObject({
      number: 2,
      rounds: { 'gold.a': 3, 'gold.b': 2 },
      current: { release: 'r-2' },
    });
    expect(ports.statements.filter((statement) => statement.startsWith('MERGE'))).toHaveLength(3);
  });

  it('changes nothing any more when it wakes up after that', async () => {
    let wake = () => {};
    const sleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const ports = createFakePorts({ tables });
    const { query } = ports.sqlWarehouse;
    const asleep = {
      ...ports,
      sqlWarehouse: {
        query: async (statement: string) => {
          if (statement.startsWith('INSERT')) await sleep;
          return query(statement);
        },
      },
    };
    const late = publish(asleep, first, now);
    await publish(ports, second, minutesLater(3));
    const seen = (await ports.releases.get())?.state;
    wake();
    expect(await late).toMatchObject({ kind: 'busy' });
    expect((await ports.releases.get())?.state).toEqual(seen);
  });
});
