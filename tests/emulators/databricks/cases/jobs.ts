import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { getCode, type RunResponse } from '../responses.ts';
import type { TestWorkspace } from '../test-workspace.ts';

export function defineJobCases(workspace: TestWorkspace): void {
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
      const run = await workspace.waitUntilEnded(id);
      const { logs } = await workspace.getOutput(run.tasks[0]?.run_id ?? 0);

      expect(run.status).toEqual({
        state: 'TERMINATED',
        termination_details: { code: 'SUCCESS', type: 'SUCCESS', message: '' },
      });
      expect(run.state).toMatchObject({ life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' });
      expect(logs).toBe(`arguments --greeting=hello from local --run=${id} --who=Eve\nuser ann@example.com\n`);
    });

    it('answers the same run to the same token', async () => {
      const parameters = { idempotency_token: 'once' };

      const first = await workspace.runNow('greet', parameters);
      const second = await workspace.runNow('greet', parameters);

      expect(second).toBe(first);
    });

    it('gives each task a session of its own, and runs tasks in order', async () => {
      const run = await workspace.waitUntilEnded(await workspace.runNow('chain'));
      const logs = await Promise.all(run.tasks.map((task) => workspace.getOutput(task.run_id)));

      expect(logs.map((log) => log.logs)).toEqual(['rows 10\n', 'rows 20\n']);
      expect(await workspace.runSql('select count(*) n from spark_catalog.rehearsed.numbers')).toEqual([{ n: 30n }]);
    });

    it('keeps the error, its trace and the log of a task that fails, and does not start what depends on it', async () => {
      const run = await workspace.waitUntilEnded(await workspace.runNow('fail'));
      const output = await workspace.getOutput(run.tasks[0]?.run_id ?? 0);

      expect([getCode(run), run.state.life_cycle_state, run.state.result_state]).toEqual([
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

      const run = await workspace.waitUntilEnded(await workspace.runNow('flaky', { job_parameters: { marker } }));

      expect([getCode(run), run.tasks[0]?.attempt_number]).toEqual(['SUCCESS', 1]);
    });

    it('repairs the failed tasks of a run under the same id', async () => {
      const marker = join(workspace.home, 'repairable');
      const id = await workspace.runNow('repairable', { job_parameters: { marker } });
      const failed = await workspace.waitUntilEnded(id);

      const refused = await workspace.call('POST', '/api/2.2/jobs/runs/repair', { run_id: id, rerun_tasks: ['none'] });
      await workspace.jobs('POST', 'runs/repair', { run_id: id, rerun_all_failed_tasks: true });
      const repaired = await workspace.waitUntilEnded(id);

      expect([refused.status, getCode(failed), getCode(repaired)]).toEqual([400, 'RUN_EXECUTION_ERROR', 'SUCCESS']);
      expect(repaired.repair_history?.map((entry) => entry.type)).toEqual(['ORIGINAL', 'REPAIR']);
    });

    it('queues what is too much for a job that queues, starts it later, and stops its streams when it is cancelled', async () => {
      const first = await workspace.runNow('queued');
      const second = await workspace.runNow('queued');
      const waiting = await workspace.getRun(second);

      expect([waiting.status.state, waiting.status.queue_details?.code]).toEqual([
        'QUEUED',
        'MAX_CONCURRENT_RUNS_REACHED',
      ]);
      await workspace.jobs('POST', 'runs/cancel', { run_id: first });
      await workspace.waitForState(second, 'RUNNING');
      await workspace.jobs('POST', 'runs/cancel', { run_id: second });
      expect([getCode(await workspace.waitUntilEnded(first)), getCode(await workspace.waitUntilEnded(second))]).toEqual(
        ['USER_CANCELED', 'USER_CANCELED'],
      );
    });

    it('skips what is too much for a job that does not queue, and stops its queries when it is cancelled', async () => {
      const first = await workspace.runNow('skipped');
      const second = await workspace.getRun(await workspace.runNow('skipped'));

      expect([second.state.life_cycle_state, getCode(second)]).toEqual(['SKIPPED', 'MAX_CONCURRENT_RUNS_EXCEEDED']);
      await workspace.jobs('POST', 'runs/cancel-all', { job_id: await workspace.findJobId('skipped') });
      const run = await workspace.waitUntilEnded(first);
      expect([getCode(run), run.state.result_state]).toEqual(['USER_CANCELED', 'CANCELED']);
    });

    it.each(['limited', 'limited_task'])('ends a run that takes too long: %s', async (name) => {
      const run = await workspace.waitUntilEnded(await workspace.runNow(name));

      expect(run.tasks[0]?.state.result_state).toBe('TIMEDOUT');
      expect(run.state.result_state).toBe(name === 'limited' ? 'TIMEDOUT' : 'FAILED');
    });

    it('lists runs, newest first, and those that are active', async () => {
      type Page = { runs?: RunResponse[]; has_more: boolean };
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
    ] as const)('refuses %s', async (_, method, path, parameters, error_code) => {
      const { status, body } = await workspace.call(method, `/api/2.2/jobs/${path}`, parameters);

      expect([status, body]).toMatchObject([400, { error_code }]);
    });

    it('refuses a parameter that the job does not declare', async () => {
      await expect(workspace.runNow('greet', { job_parameters: { wo: 'x' } })).rejects.toThrow("no parameter 'wo'");
    });
  });
}
