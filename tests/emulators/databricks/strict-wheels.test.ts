import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getCode } from './responses.ts';
import { TestWorkspace } from './test-workspace.ts';

let workspace: TestWorkspace;
beforeAll(async () => {
  const groups = { 'ann@example.com': ['admins'], member: ['rehearsers'] };
  workspace = new TestWorkspace({ strict: true, groups });
  workspace.buildWheel('1.0', 'first');
  await workspace.start();
});
afterAll(() => workspace.end());

const start = (action: string, job: string) =>
  workspace.runNow(job, { job_parameters: { action, folder: workspace.home } });

async function getOutcome(id: number) {
  const run = await workspace.waitUntilEnded(id, 60_000);
  const { error, logs } = await workspace.getOutput(run.tasks[0]?.run_id ?? 0);
  return { code: getCode(run), error, logs };
}

const attempt = async (action: string, job = 'attempt') => getOutcome(await start(action, job));

async function deploy(version: string, mark: string): Promise<void> {
  await workspace.stop();
  workspace.options.wheel = workspace.buildWheel(version, mark);
  await workspace.start();
}

describe('a wheel in the strict mode', () => {
  it('is read by a job whose principal is in a group of the permissions', async () => {
    expect(await attempt('tell_mark', 'attempt_as_member')).toMatchObject({ code: 'SUCCESS', logs: 'mark first\n' });
  });

  it('is not read by a job whose principal has no permission: the job does not start', async () => {
    const { code, error } = await attempt('tell_mark', 'attempt_as_stranger');
    expect(code).toBe('RUN_EXECUTION_ERROR');
    expect(error).toMatch(/^Library installation failed: 'stranger' may not read the wheel 'rehearsal-1\.0/);
  });

  it('runs with its old code after another content was deployed under its name', async () => {
    await deploy('1.0', 'second');
    expect(await attempt('tell_mark')).toMatchObject({ code: 'SUCCESS', logs: 'mark first\n' });
  });

  it('is taken away by a deployment under another name, also from a run that is queued', async () => {
    await workspace.waitForState(await start('query_long', 'attempt_in_turn'), 'RUNNING');
    const queued = await start('tell_mark', 'attempt_in_turn');
    await workspace.waitForState(queued, 'QUEUED');
    await deploy('1.1', 'third');
    const { code, error } = await getOutcome(queued);
    expect(code).toBe('RUN_EXECUTION_ERROR');
    expect(error).toMatch(/the wheel 'rehearsal-1\.0.*' does not exist\. The last deployment brought 'rehearsal-1\.1/);
    expect(await attempt('tell_mark')).toMatchObject({ code: 'SUCCESS', logs: 'mark third\n' });
  });
});
