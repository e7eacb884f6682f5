import { setTimeout as sleep } from 'node:timers/promises';
import { DBSQLParameter, DBSQLParameterType } from '@databricks/sql';
import { describe, expect, it } from 'vitest';
import { T } from '../../../../emulators/databricks/warehouse/thrift.ts';
import { getFailure } from '../responses.ts';
import type { TestWorkspace } from '../test-workspace.ts';

interface History {
  readonly res: { query_text: string; query_start_time_ms: number; query_end_time_ms: number }[];
}

const endless = 'select count(*) from range(0, 400000000000, 1, 2) where hash(id) = 7';

export function defineStatementCases(workspace: TestWorkspace): void {
  describe('statements', () => {
    it.each([
      ["cast('12345678901234567890.123456789012345678' as decimal(38,18))", '12345678901234567890.123456789012345678'],
      ['9223372036854775807L', 9223372036854775807n],
      ['7', 7],
      ['1.5D', 1.5],
      ['true', true],
      ["'héllo'", 'héllo'],
      ["timestamp'2026-03-29 01:30:00.123'", new Date('2026-03-29T01:30:00.123Z')],
      ["timestamp_ntz'2026-03-29 02:30:00.5'", new Date('2026-03-29T02:30:00.500Z')],
      ["date'1969-12-31'", new Date('1969-12-31')],
      ["X'00FF10'", Buffer.from('00ff10', 'hex')],
      ['array(1, null, 3)', [1, null, 3]],
      ["map('a', 1, 'b', null)", { a: 1, b: null }],
      ["named_struct('k', 9007199254740993L)", { k: 9007199254740993n }],
      ['null', null],
      ['cast(null as date)', null],
      ["interval '1' day", "INTERVAL '1' DAY"],
      ['parse_json(\'{"a":[1,2]}\')', '{"a":[1,2]}'],
    ])('hands %s to the driver unharmed', async (expression, expected) => {
      const [row] = await workspace.runSql(`select ${expression} as x`);

      expect(row?.['x']).toEqual(expected);
    });

    it('remembers statements, newest first, for who sent them', async () => {
      await workspace.runSql('select 1 as one');
      await getFailure(workspace.runSql('select nothing'));
      const path = '/api/2.0/sql/history/queries';

      const own = await workspace.call<History>('GET', path, { max_results: 2 });
      const others = await workspace.call<History>('GET', path, {}, 'token-of-bob');

      expect(own.body).toMatchObject({
        res: [
          { query_text: 'select nothing', status: 'FAILED', user_name: 'ann@example.com' },
          { query_text: 'select 1 as one', status: 'FINISHED' },
        ],
        has_next_page: true,
        next_page_token: '2',
      });
      const [newest] = own.body.res;
      expect(newest?.query_end_time_ms).toBeGreaterThanOrEqual(newest?.query_start_time_ms ?? Number.NaN);
      expect(others.body.res.map(({ query_text }) => query_text)).not.toContain('select 1 as one');
    });

    it('takes named parameters of every kind', async () => {
      const namedParameters = {
        i: 41,
        s: "o'brien",
        d: new DBSQLParameter({ type: 'DECIMAL(38,18)' as DBSQLParameterType, value: '1.5' }),
        ts: new Date('2026-01-02T03:04:05.678Z'),
        n: null,
        b: 9007199254740993n,
        day: new DBSQLParameter({ type: DBSQLParameterType.DATE, value: '2026-01-02' }),
      };

      const [row] = await workspace.runSql('select :i + 1 i, :s s, :d d, :ts ts, :n n, :b b, typeof(:day) day', {
        namedParameters,
      });

      expect(row).toEqual({
        i: 42,
        s: "o'brien",
        d: '1.500000000000000000',
        ts: new Date('2026-01-02T03:04:05.678Z'),
        n: null,
        b: 9007199254740993n,
        day: 'date',
      });
    });

    it('takes ordinal parameters', async () => {
      expect(await workspace.runSql('select ? a, ? b', { ordinalParameters: [1, 'x'] })).toEqual([{ a: 1, b: 'x' }]);
    });

    it('starts a session in its catalog and schema, and knows who speaks', async () => {
      await workspace.runSql('create schema if not exists corner');
      const session = await workspace.openSession({ initialCatalog: 'spark_catalog', initialSchema: 'corner' });

      const operation = await session.executeStatement('select current_schema() s, current_user() u');
      const rows = await operation.fetchAll();
      await session.close();

      expect(rows).toEqual([{ s: 'corner', u: 'ann@example.com' }]);
    });

    it('creates, fills, merges and describes Delta tables', async () => {
      await workspace.runSql(
        'create or replace table corner.t (id bigint not null, v decimal(20,4)) using delta cluster by (id)',
      );
      await workspace.runSql('insert into corner.t values (1, 1.5), (2, null)');
      await workspace.runSql(
        'merge into corner.t t using (select 2L id) s on t.id = s.id when matched then update set v = 9',
      );

      const rows = await workspace.runSql('select * from corner.t order by id');
      const [change] = await workspace.runSql('describe history corner.t limit 1');

      expect(rows).toEqual([
        { id: 1n, v: '1.5000' },
        { id: 2n, v: '9.0000' },
      ]);
      expect(change?.['operation']).toBe('MERGE');
    });

    it('keeps a view pinned to its version', async () => {
      await workspace.runSql('create or replace view corner.pinned as select * from corner.t version as of 1');
      await workspace.runSql('delete from corner.t');

      expect(await workspace.runSql('select count(*) n from corner.pinned')).toEqual([{ n: 2n }]);
    });

    it('hands out a large result in pieces', async () => {
      const rows = await workspace.runSql('select id from range(250000)');

      expect([rows.length, rows.at(-1)]).toEqual([250_000, { id: 249_999n }]);
    });

    it.each([
      ['selec 1', /PARSE_SYNTAX_ERROR/, '42601'],
      ['select * from nowhere', /TABLE_OR_VIEW_NOT_FOUND/, '42P01'],
      ['select 1/0', /DIVIDE_BY_ZERO/, '22012'],
      ["select raise_error('boom')", /boom/, 'P0001'],
      ['select :missing', /UNBOUND_SQL_PARAMETER/, '42P02'],
      ['insert into corner.t values (null, 1)', /NOT NULL/i, /./],
    ])('fails %s in the words of the engine', async (text, words, state) => {
      const failure = await getFailure(workspace.runSql(text));

      expect(failure.message).toMatch(words);
      expect(failure.state).toMatch(state);
    });

    it('cancels a statement that runs', async () => {
      const session = await workspace.openSession();
      const operation = await session.executeStatement(endless, { runAsync: true });

      await operation.cancel();

      await expect(operation.fetchAll()).rejects.toThrow();
      await session.close();
    });

    it('ends a statement by the STATEMENT_TIMEOUT of its session', async () => {
      const session = await workspace.openSession({ configuration: { STATEMENT_TIMEOUT: '2' } });
      const operation = await session.executeStatement(endless, { runAsync: true });

      await expect(operation.fetchAll()).rejects.toMatchObject({ errorCode: 'TIMEOUT' });
      await session.close();
    });

    it('ignores the queryTimeout of a request, as a warehouse does', async () => {
      const session = await workspace.openSession();
      const operation = await session.executeStatement(endless, { runAsync: true, queryTimeout: 1 });
      await sleep(3000);

      expect((await operation.status(false)).operationState).toBe(T.TOperationState.RUNNING_STATE);
      await operation.cancel();
      await session.close();
    });

    it('refuses a statement in a session that was closed', async () => {
      const session = await workspace.openSession();
      await session.close();

      await expect(session.executeStatement('select 1')).rejects.toThrow();
    });
  });
}
