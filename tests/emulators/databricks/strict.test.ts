import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { getCode } from './responses.ts';
import { TestWorkspace } from './test-workspace.ts';

let workspace: TestWorkspace;
const getFolder = (volume = 'open') => join(workspace.home, volume);

beforeAll(async () => {
  const volumes: Record<string, string> = {};
  workspace = new TestWorkspace({ strict: true, volumes, lieSeconds: 30, seed: 7 });
  for (const name of ['open', 'approved', 'closed']) {
    volumes[name] = getFolder(name);
    mkdirSync(getFolder(name));
    writeFileSync(join(getFolder(name), 'origin'), 'content');
  }
  await workspace.start();
});
afterAll(() => workspace.end());

async function attempt(action: string, job = 'attempt', folder = getFolder()) {
  const id = await workspace.runNow(job, { job_parameters: { action, folder } });
  const run = await workspace.waitUntilEnded(id, 60_000);
  const task = run.tasks[0]?.run_id ?? 0;
  const { error, logs } = await workspace.getOutput(task);
  return { code: getCode(run), error, logs, task };
}

/** What the group of the job's principal may do with the table that these jobs name. */
async function grant(privileges: string[]) {
  await workspace.runSql('create schema if not exists granted');
  await workspace.runSql('create table if not exists granted.readings (id bigint) using delta');
  await workspace.runSql('revoke select, modify, create table on schema granted from robots');
  for (const privilege of ['use schema', ...privileges])
    await workspace.runSql(`grant ${privilege} on schema granted to robots`);
}

const configNotAvailable =
  /^AnalysisException: \[CONFIG_NOT_AVAILABLE\] Configuration [\w.]+ is not available\. SQLSTATE: 42K0I/;

describe('a job in the strict mode', () => {
  it('has a process and a session of its own, without secrets', async () => {
    const { code, logs } = await attempt('describe_process');
    expect(code).toBe('SUCCESS');
    expect(logs).toMatch(/^process \d+ session pyspark\.sql\.connect\.session rows 3 secrets \[\]\n$/);
  });

  it('sees the tables of SQL statements, and they see its own', async () => {
    const run = await workspace.waitUntilEnded(await workspace.runNow('chain'), 60_000);
    expect(getCode(run)).toBe('RUN_EXECUTION_ERROR');
    expect((await workspace.getOutput(run.tasks[0]?.run_id ?? 0)).error).toMatch(configNotAvailable);
    expect(await workspace.runSql('select count(*) n from spark_catalog.rehearsed.numbers')).toEqual([{ n: 10n }]);
  });

  it.each([
    ['get_master', configNotAvailable],
    ['set_interpreted', configNotAvailable],
    ['unset_interpreted', configNotAvailable],
    ['set_in_sql', configNotAvailable],
    ['use_context', /JVM_ATTRIBUTE_NOT_SUPPORTED|NOT_IMPLEMENTED/],
    ['cache', /\[NOT_SUPPORTED_WITH_SERVERLESS\] PERSIST TABLE/],
    ['persist_in_sql', /\[NOT_SUPPORTED_WITH_SERVERLESS\] CACHE TABLE/],
    ['create_global_view', /\[NOT_SUPPORTED_WITH_SERVERLESS\] GLOBAL TEMPORARY VIEW/],
    ['stream_without_end', /\[INFINITE_STREAMING_TRIGGER_NOT_SUPPORTED\]/],
    ['rename', /^OSError: \[Errno 38\]/],
    ['replace', /^OSError: \[Errno 38\]/],
    ['link', /^OSError: \[Errno 38\]/],
    ['link_by_name', /^OSError: \[Errno 38\]/],
    ['append', /^OSError: \[Errno 95\]/],
    ['update', /^OSError: \[Errno 95\]/],
    ['read_table_from_disk', /^PermissionError: \[Errno 13\]/],
    ['ask_in_worker', /CONFIG_NOT_AVAILABLE/],
    ['rename_in_worker', /\[Errno 38\]/],
    ['exit_with_code', /^SystemExit: exit code 3$/],
    ['be_killed', /^The process of the task ended with signal SIGKILL/],
  ])('is refused: %s', async (action, error) => {
    const ended = await attempt(action);
    expect(ended.code).toBe('RUN_EXECUTION_ERROR');
    expect(ended.error).toMatch(error);
  });

  it('reads files in parts of another size in each attempt, by a seed that the log tells', async () => {
    const sizes: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      const { logs, task } = await attempt('tell_splits');
      const log = readFileSync(join(workspace.options.home, 'spark.log'), 'utf8');
      const [, megabytes] = new RegExp(`Task ${task} reads files in parts of (\\d+) MB: .* by seed 7`).exec(log) ?? [];
      expect(Number(logs)).toBe(Number(megabytes) * 1024 * 1024);
      sizes.push(Number(megabytes));
    }
    expect([1, 4, 128]).toEqual(expect.arrayContaining(sizes));
    expect(new Set(sizes).size).toBeGreaterThan(1);
  });

  it('may use the six settings', async () => {
    const { code, logs } = await attempt('use_the_six');
    expect(code).toBe('SUCCESS');
    expect(logs).toContain('spark.databricks.execution.timeout 60\n');
  });

  it.each(['create_global_view', 'cache', 'stream_without_end'])('may do this on a cluster: %s', async (action) => {
    expect((await attempt(action, 'attempt_on_cluster')).code).toBe('SUCCESS');
  });

  it('writes files that appear when they are closed', async () => {
    const { logs } = await attempt('write_slowly');
    expect(logs).toBe('while it is open: False\nwhen it is closed: half\n');
  });

  it.each(['write', 'write_descriptor', 'remove', 'make_folder', 'write_in_worker'])(
    'changes nothing in a volume that its principal may only read: %s',
    async (action) => {
      const { code, error } = await attempt(action, 'attempt_as_robot', getFolder('approved'));
      expect(code).toBe('RUN_EXECUTION_ERROR');
      expect(error).toMatch(/\[Errno 13\] Its principal has no WRITE_VOLUME on this volume/);
      expect(readdirSync(getFolder('approved'))).toEqual(['origin']);
    },
  );

  it.each(['read', 'list_names', 'ask_size'])(
    'learns nothing of a volume on which its principal has no grant: %s',
    async (action) => {
      const { error } = await attempt(action, 'attempt_as_robot', getFolder('closed'));
      expect(error).toMatch(/^PermissionError: \[Errno 13\] Its principal has no READ_VOLUME on this volume/);
    },
  );

  it.each([
    ['open', 'write'],
    ['open', 'remove'],
    ['approved', 'read'],
    ['approved', 'list_names'],
  ])('does in the volume %s what its principal may: %s', async (volume, action) => {
    const { code, error } = await attempt(action, 'attempt_as_robot', getFolder(volume));
    expect([code, error]).toEqual(['SUCCESS', undefined]);
  });

  it.each([
    ['select', 'SELECT'],
    ['read_table', 'SELECT'],
    ['read_stream', 'SELECT'],
    ['merge', 'SELECT|MODIFY'],
    ['append_table', 'MODIFY'],
    ['insert_into', 'MODIFY'],
    ['write_version_2', 'MODIFY'],
    ['write_stream', 'MODIFY'],
    ['vacuum', 'MODIFY'],
    ['merge_in_worker', 'SELECT|MODIFY'],
  ])('needs the grants of its principal: %s', async (action, privilege) => {
    await grant(privilege.includes('SELECT') ? [] : ['SELECT']);
    const refused = await attempt(action, 'attempt_as_robot');
    expect(refused.code).toBe('RUN_EXECUTION_ERROR');
    expect(refused.error).toMatch(
      new RegExp(
        `\\[INSUFFICIENT_PERMISSIONS\\] .* does not have (${privilege}) on Table 'spark_catalog\\.granted\\.readings'\\. SQLSTATE: 42501`,
      ),
    );

    await grant(['SELECT', 'MODIFY']);
    expect((await attempt(action, 'attempt_as_robot')).error).toBeUndefined();
  });

  it('needs a right on the schema for a table of its own, which it may then use', async () => {
    await grant(['SELECT', 'MODIFY']);
    expect((await attempt('create_table', 'attempt_as_robot')).error).toMatch(/does not have CREATE TABLE on Schema/);
    await workspace.runSql('grant create table on schema granted to robots');
    expect(await attempt('create_table', 'attempt_as_robot')).toMatchObject({ code: 'SUCCESS', logs: '2\n' });
  });

  it('reads a view with the groups of its principal, and not with those of whoever runs Spark', async () => {
    await grant(['SELECT']);
    const seen = "case when is_account_group_member('robots') then 'as it is' else 'masked' end as seen";
    await workspace.runSql(`create or replace view granted.shown as select ${seen} from range(2)`);
    expect(await attempt('read_view', 'attempt_as_robot')).toMatchObject({ logs: "['as it is', 'as it is']\n" });
    expect(await attempt('read_view')).toMatchObject({ logs: "['masked', 'masked']\n" });
    await workspace.runSql('revoke select on schema granted from robots');
    expect((await attempt('read_view', 'attempt_as_robot')).error).toMatch(/does not have SELECT/);
  });

  it('is told times of files that are late', async () => {
    expect((await attempt('tell_times')).logs).toBe('late by 30 30\n');
  });

  it('has its requests counted', async () => {
    const { task } = await attempt('count_requests');
    const counts = JSON.parse(readFileSync(join(workspace.options.home, `guard/${task}.json`), 'utf8'));
    expect(counts).toEqual({ analysis: 1, configuration: expect.any(Number), file: 1, metadata: 1, statement: 3 });
  });

  it.each(['query_long', 'wait_in_worker', 'ignore_cancel'])('ends when it is cancelled: %s', async (action) => {
    const id = await workspace.runNow('attempt', { job_parameters: { action, folder: getFolder() } });
    await workspace.waitForState(id, 'RUNNING');
    await new Promise((resolve) => setTimeout(resolve, 4000));
    const began = Date.now();
    await workspace.jobs('POST', 'runs/cancel', { run_id: id });
    expect(getCode(await workspace.waitUntilEnded(id, 60_000))).toBe('USER_CANCELED');
    expect(Date.now() - began).toBeLessThan(20_000);
  });

  it('ends with the workspace, however that ends', async () => {
    const id = await workspace.runNow('attempt', { job_parameters: { action: 'ignore_cancel', folder: getFolder() } });
    const { tasks } = await workspace.waitForState(id, 'RUNNING');
    const log = join(workspace.options.home, `logs/${tasks[0]?.run_id}.log`);
    const pid = await vi.waitFor(() => readFileSync(log, 'utf8').match(/^\d+$/m)?.[0] ?? expect.fail(), 20_000);

    process.kill(Number(readFileSync(join(workspace.options.home, 'spark.pid'), 'utf8')), 'SIGKILL');

    expect(getCode(await workspace.waitUntilEnded(id, 60_000))).toBe('DRIVER_ERROR');
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), 10_000);
    expect((await attempt('describe_process')).code).toBe('SUCCESS');
  });
});
