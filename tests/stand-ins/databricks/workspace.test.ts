import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DBSQLParameter, DBSQLParameterType } from '@databricks/sql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AWorkspace, type Shape } from './a-workspace.ts';

// One file, since all of it shares one warm Spark.
const faults = [
  {
    method: 'POST',
    path: '/api/2.2/jobs/runs/cancel-all',
    call: 1,
    answer: { status: 429, body: { error_code: 'X' } },
  },
  { method: 'GET', path: '/api/2.2/jobs/runs/export', call: 1, drop: 'before' as const },
];
const workspace = new AWorkspace({ faults });
beforeAll(() => workspace.start());
afterAll(() => workspace.end());

const code = (run: Shape) => run.status.termination_details?.code;
const failure = async (attempt: Promise<unknown>) =>
  attempt.then(
    () => ({ message: 'nothing failed', state: '' }),
    (error: { message: string; response?: { sqlState?: string } }) => ({
      message: error.message,
      state: error.response?.sqlState ?? '',
    }),
  );

describe('access', () => {
  it('refuses a token that it does not know, on both protocols', async () => {
    const rest = await workspace.call('GET', '/api/2.2/jobs/list', {}, 'unknown');
    const client = await workspace.client('unknown');

    expect(rest).toMatchObject({ status: 403, body: { error_code: 'PERMISSION_DENIED' } });
    await expect(client.openSession()).rejects.toThrow();
    await client.close();
  });

  it('says of an address that it does not offer that it does not', async () => {
    const { status, body } = await workspace.call('GET', '/api/2.0/clusters/list');

    expect([status, body]).toMatchObject([404, { error_code: 'ENDPOINT_NOT_FOUND' }]);
  });

  it('answers with a fault when one is planned, and only then', async () => {
    const first = await workspace.call('POST', '/api/2.2/jobs/runs/cancel-all', { job_id: 1 });
    const second = await workspace.call('POST', '/api/2.2/jobs/runs/cancel-all', { job_id: 1 });
    const cut = workspace.call('GET', '/api/2.2/jobs/runs/export');

    expect([first.status, second.status]).toEqual([429, 200]);
    await expect(cut).rejects.toThrow();
  });
});

describe('jobs', () => {
  it('lists the jobs of the bundle by page and by name', async () => {
    type Page = { jobs: { settings: { name: string } }[]; has_more: boolean; next_page_token: string };
    const first = await workspace.jobs<Page>('GET', 'list', { limit: 3 });
    const second = await workspace.jobs<Page>('GET', 'list', { limit: 3, page_token: first.next_page_token });
    const named = await workspace.jobs<Page>('GET', 'list', { name: 'greet' });

    expect([first.jobs.length, first.has_more, second.jobs.length]).toEqual([3, true, 3]);
    expect(first.jobs[0]?.settings.name).not.toBe(second.jobs[0]?.settings.name);
    expect(named.jobs).toHaveLength(1);
  });

  it('runs an entry point of the wheel with the parameters of run, job and bundle', async () => {
    const id = await workspace.runNow('greet', { job_parameters: { who: 'Eve' } });
    const run = await workspace.ended(id);
    const { logs } = await workspace.output(run.tasks[0]?.run_id ?? 0);

    expect(run.status).toEqual({
      state: 'TERMINATED',
      termination_details: { code: 'SUCCESS', type: 'SUCCESS', message: '' },
    });
    expect(run.state).toMatchObject({ life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' });
    expect(logs).toBe(`arguments --greeting=hello from local --run=${id} --who=Eve\nuser ann@example.com\n`);
  });

  it('answers the same run to the same token', async () => {
    const asked = { idempotency_token: 'once' };

    const [first, second] = [await workspace.runNow('greet', asked), await workspace.runNow('greet', asked)];

    expect(second).toBe(first);
  });

  it('gives each task a session of its own, and runs tasks in order', async () => {
    const run = await workspace.ended(await workspace.runNow('chain'));
    const logs = await Promise.all(run.tasks.map((task) => workspace.output(task.run_id)));

    expect(logs.map((log) => log.logs)).toEqual(['rows 10\n', 'rows 20\n']);
    expect(await workspace.sql('select count(*) n from spark_catalog.rehearsed.numbers')).toEqual([{ n: 30n }]);
  });

  it('keeps the error, its trace and the log of a task that fails, and does not start what depends on it', async () => {
    const run = await workspace.ended(await workspace.runNow('fail'));
    const output = await workspace.output(run.tasks[0]?.run_id ?? 0);

    expect([code(run), run.state.life_cycle_state, run.state.result_state]).toEqual([
      'RUN_EXECUTION_ERROR',
      'INTERNAL_ERROR',
      'FAILED',
    ]);
    expect(run.tasks[1]?.state.result_state).toBe('UPSTREAM_FAILED');
    expect(output).toMatchObject({ error: "ValueError: marker '' is missing", logs: 'about to fail\n' });
    expect(output.error_trace).toContain('in fail_unless');
  });

  it('tries a task again as often as it may', async () => {
    const marker = join(workspace.home, 'flaky');

    const run = await workspace.ended(await workspace.runNow('flaky', { job_parameters: { marker } }));

    expect([code(run), run.tasks[0]?.attempt_number]).toEqual(['SUCCESS', 1]);
  });

  it('repairs the failed tasks of a run under the same id', async () => {
    const marker = join(workspace.home, 'repairable');
    const id = await workspace.runNow('repairable', { job_parameters: { marker } });
    const failed = await workspace.ended(id);

    const refused = await workspace.call('POST', '/api/2.2/jobs/runs/repair', { run_id: id, rerun_tasks: ['none'] });
    await workspace.jobs('POST', 'runs/repair', { run_id: id, rerun_all_failed_tasks: true });
    const repaired = await workspace.ended(id);

    expect([refused.status, code(failed), code(repaired)]).toEqual([400, 'RUN_EXECUTION_ERROR', 'SUCCESS']);
    expect(repaired.repair_history?.map((one) => one.type)).toEqual(['ORIGINAL', 'REPAIR']);
  });

  it('queues what is too much for a job that queues, starts it later, and stops its streams when it is cancelled', async () => {
    const first = await workspace.runNow('queued');
    const second = await workspace.runNow('queued');
    const waiting = await workspace.run(second);

    expect([waiting.status.state, waiting.status.queue_details?.code]).toEqual([
      'QUEUED',
      'MAX_CONCURRENT_RUNS_REACHED',
    ]);
    await workspace.jobs('POST', 'runs/cancel', { run_id: first });
    await workspace.reached(second, 'RUNNING');
    await workspace.jobs('POST', 'runs/cancel', { run_id: second });
    expect([code(await workspace.ended(first)), code(await workspace.ended(second))]).toEqual([
      'USER_CANCELED',
      'USER_CANCELED',
    ]);
  });

  it('skips what is too much for a job that does not queue, and stops its queries when it is cancelled', async () => {
    const first = await workspace.runNow('skipped');
    const second = await workspace.run(await workspace.runNow('skipped'));

    expect([second.state.life_cycle_state, code(second)]).toEqual(['SKIPPED', 'MAX_CONCURRENT_RUNS_EXCEEDED']);
    await workspace.jobs('POST', 'runs/cancel-all', { job_id: await workspace.jobId('skipped') });
    const run = await workspace.ended(first);
    expect([code(run), run.state.result_state]).toEqual(['USER_CANCELED', 'CANCELED']);
  });

  it.each(['limited', 'limited_task'])('ends a run that takes too long: %s', async (name) => {
    const run = await workspace.ended(await workspace.runNow(name));

    expect(run.tasks[0]?.state.result_state).toBe('TIMEDOUT');
    expect(run.state.result_state).toBe(name === 'limited' ? 'TIMEDOUT' : 'FAILED');
  });

  it('lists runs, newest first, and those that are active', async () => {
    type Page = { runs?: Shape[]; has_more: boolean };
    const all = await workspace.jobs<Page>('GET', 'runs/list', { limit: 2 });
    const active = await workspace.jobs<Page>('GET', 'runs/list', { active_only: true });

    expect(all.runs).toHaveLength(2);
    expect(all.runs?.[0]?.run_id).toBeGreaterThan(all.runs?.[1]?.run_id ?? 0);
    expect(active.runs).toBeUndefined();
  });

  it.each([
    ['a run that is not there', 'GET', 'runs/get', { run_id: 1 }, 'INVALID_PARAMETER_VALUE'],
    ['a job that is not there', 'POST', 'run-now', { job_id: 1 }, 'INVALID_PARAMETER_VALUE'],
    ['a request without an id', 'GET', 'runs/get', {}, 'INVALID_PARAMETER_VALUE'],
    ['a change of a job', 'POST', 'reset', {}, 'FEATURE_DISABLED'],
    ['a one-time run', 'POST', 'runs/submit', {}, 'FEATURE_DISABLED'],
  ] as const)('refuses %s', async (_, method, path, asked, error_code) => {
    const { status, body } = await workspace.call(method, `/api/2.2/jobs/${path}`, asked);

    expect([status, body]).toMatchObject([400, { error_code }]);
  });

  it('refuses a parameter that the job does not declare', async () => {
    await expect(workspace.runNow('greet', { job_parameters: { wo: 'x' } })).rejects.toThrow("no parameter 'wo'");
  });
});

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
    const [row] = await workspace.sql(`select ${expression} as x`);

    expect(row?.['x']).toEqual(expected);
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

    const [row] = await workspace.sql('select :i + 1 i, :s s, :d d, :ts ts, :n n, :b b, typeof(:day) day', {
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
    expect(await workspace.sql('select ? a, ? b', { ordinalParameters: [1, 'x'] })).toEqual([{ a: 1, b: 'x' }]);
  });

  it('starts a session in its catalog and schema, and knows who speaks', async () => {
    await workspace.sql('create schema if not exists corner');
    const session = await workspace.session({ initialCatalog: 'spark_catalog', initialSchema: 'corner' });

    const operation = await session.executeStatement('select current_schema() s, current_user() u');
    const rows = await operation.fetchAll();
    await session.close();

    expect(rows).toEqual([{ s: 'corner', u: 'ann@example.com' }]);
  });

  it('creates, fills, merges and describes Delta tables', async () => {
    await workspace.sql(
      'create or replace table corner.t (id bigint not null, v decimal(20,4)) using delta cluster by (id)',
    );
    await workspace.sql('insert into corner.t values (1, 1.5), (2, null)');
    await workspace.sql(
      'merge into corner.t t using (select 2L id) s on t.id = s.id when matched then update set v = 9',
    );

    const rows = await workspace.sql('select * from corner.t order by id');
    const [change] = await workspace.sql('describe history corner.t limit 1');

    expect(rows).toEqual([
      { id: 1n, v: '1.5000' },
      { id: 2n, v: '9.0000' },
    ]);
    expect(change?.['operation']).toBe('MERGE');
  });

  it('keeps a view pinned to its version', async () => {
    await workspace.sql('create or replace view corner.pinned as select * from corner.t version as of 1');
    await workspace.sql('delete from corner.t');

    expect(await workspace.sql('select count(*) n from corner.pinned')).toEqual([{ n: 2n }]);
  });

  it('hands out a large result in pieces', async () => {
    const rows = await workspace.sql('select id from range(250000)');

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
    const said = await failure(workspace.sql(text));

    expect(said.message).toMatch(words);
    expect(said.state).toMatch(state);
  });

  it('cancels a statement that runs', async () => {
    const session = await workspace.session();
    const operation = await session.executeStatement(
      'select count(*) from range(0, 400000000000, 1, 2) where hash(id) = 7',
      { runAsync: true },
    );

    await operation.cancel();

    await expect(operation.fetchAll()).rejects.toThrow();
    await session.close();
  });

  it('refuses a statement in a session that was closed', async () => {
    const session = await workspace.session();
    await session.close();

    await expect(session.executeStatement('select 1')).rejects.toThrow();
  });
});

describe('a lost driver', () => {
  it('ends what was running as lost, answers the same run to its token, and has its tables and views again', async () => {
    const asked = { idempotency_token: 'lost' };
    const id = await workspace.runNow('queued', asked);
    const queued = await workspace.runNow('queued');
    const session = await workspace.session();
    await workspace.reached(id, 'RUNNING');
    await workspace.sql('create or replace function corner.twice(x int) returns int return x * 2');

    process.kill(Number(readFileSync(join(workspace.home, 'state/spark.pid'), 'utf8')), 'SIGKILL');
    const run = await workspace.ended(id);

    expect([code(run), run.state.life_cycle_state]).toEqual(['DRIVER_ERROR', 'INTERNAL_ERROR']);
    expect(await workspace.runNow('queued', asked)).toBe(id);
    const late = session.executeStatement('select 1').then((operation) => operation.fetchAll());
    await expect(late).rejects.toThrow(/was lost/);
    expect(await workspace.sql('select count(*) n, corner.twice(4) d from corner.pinned')).toEqual([{ n: 2n, d: 8 }]);
    await workspace.reached(queued, 'RUNNING');
    await workspace.jobs('POST', 'runs/cancel', { run_id: queued });
    await workspace.ended(queued);
  });

  it('finds runs, tables and views again after a restart of the whole workspace', async () => {
    const asked = { idempotency_token: 'across' };
    const id = await workspace.runNow('skipped', asked);
    await workspace.reached(id, 'RUNNING');

    await workspace.stop();
    await workspace.start();

    expect(code(await workspace.ended(id))).toBe('DRIVER_ERROR');
    expect(await workspace.runNow('skipped', asked)).toBe(id);
    expect(await workspace.sql('select count(*) n from corner.pinned')).toEqual([{ n: 2n }]);
    await workspace.sql('drop view corner.pinned');
    await vi.waitFor(() => expect(existsSync(join(workspace.home, 'state/catalog/corner/table-pinned'))).toBe(false));
  });
});
