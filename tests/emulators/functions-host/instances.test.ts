import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostUnderTest } from './test-host.ts';

const api = '/runtime/webhooks/durabletask';

describe('the life of an instance', () => {
  let host: HostUnderTest;
  beforeAll(async () => {
    host = await HostUnderTest.startNew();
  });
  afterAll(() => host.end());

  it('answers a start with links that work', async () => {
    const started = await host.startInstance('single', 'links-1', 'abc');
    const links = (await started.json()) as Record<string, string>;

    expect(started.status).toBe(202);
    expect(links['id']).toBe('links-1');
    await host.waitUntilEnded('links-1');
    expect((await fetch(links['statusQueryGetUri'] ?? '')).status).toBe(200);
  });

  it('gives an id where none was asked for', async () => {
    const started = await host.post('/api/start/single', 'abc');
    const { id } = (await started.json()) as { id: string };

    expect((await host.waitUntilEnded(id)).output).toBe('ABC');
  });

  it('refuses to start an id that is alive with 409', async () => {
    await host.startInstance('waits', 'twice-1');

    const again = await host.post(`${api}/orchestrators/waits/twice-1`);
    expect(again.status).toBe(409);
    expect(await again.text()).toContain("with the id 'twice-1' already exists with the status");
    expect(await (await host.startInstance('waits', 'twice-1')).text()).toContain('unexpected status code: 409');
  });

  it('replaces an instance that has ended', async () => {
    await host.run('single', 'again-1', 'abc');
    const { output } = await host.run('single', 'again-1', 'def');

    expect(output).toBe('DEF');
  });

  it('refuses an unknown orchestrator', async () => {
    const started = await host.startInstance('nowhere', 'nowhere-1');

    expect(started.status).toBe(400);
    expect(await started.text()).toContain("The function 'nowhere' doesn't exist");
  });

  it.each(['@first', 'a%23b', 'a/b', 'x'.repeat(101)])('refuses the id %s', async (id) => {
    expect((await host.post(`${api}/orchestrators/single/${id}`)).status).toBe(400);
  });

  it('refuses an input that is not JSON', async () => {
    const init = { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } };

    expect((await fetch(`${host.address}${api}/orchestrators/single`, init)).status).toBe(400);
  });

  it('holds everything back while suspended, and goes on when resumed', async () => {
    await host.startInstance('waits', 'suspend-1');
    await host.waitForStatus('suspend-1', 'Running');
    await host.callClient('suspend', 'suspend-1');
    await host.waitForStatus('suspend-1', 'Suspended');
    await host.callClient('raise', 'suspend-1', { name: 'go', payload: 1 });
    await host.callClient('raise', 'suspend-1', { name: 'go', payload: 2 });
    expect((await host.getStatus('suspend-1')).runtimeStatus).toBe('Suspended');
    expect(await (await host.callClient('suspend', 'suspend-1')).text()).toContain('500');

    await host.callClient('resume', 'suspend-1');

    expect((await host.waitUntilEnded('suspend-1')).output).toEqual([1, 2]);
  });

  it('terminates with the reason as output', async () => {
    await host.startInstance('waits', 'terminate-1');
    await host.callClient('terminate', 'terminate-1');

    expect(await host.waitUntilEnded('terminate-1')).toMatchObject({ runtimeStatus: 'Terminated', output: 'enough' });
  });

  it('terminates a suspended instance', async () => {
    await host.startInstance('waits', 'terminate-2');
    await host.waitForStatus('terminate-2', 'Running');
    await host.callClient('suspend', 'terminate-2');
    await host.callClient('terminate', 'terminate-2');

    expect((await host.waitUntilEnded('terminate-2')).runtimeStatus).toBe('Terminated');
  });

  it('answers 410 to an event for an ended instance, which the SDK accepts, and says so in the log', async () => {
    await host.run('single', 'ended-1', 'abc');

    expect((await host.post(`${api}/instances/ended-1/raiseEvent/go`, 1)).status).toBe(410);
    expect((await host.callClient('raise', 'ended-1', { name: 'go', payload: 1 })).status).toBe(200);
    await host.waitForLog(/The event 'go' was raised to 'ended-1', which is Completed/);
  });

  it('answers 404 to anything asked of an unknown instance', async () => {
    expect((await host.get(`${api}/instances/nobody`)).status).toBe(404);
    expect((await host.post(`${api}/instances/nobody/terminate?reason=x`)).status).toBe(404);
    expect(await (await host.callClient('raise', 'nobody', { name: 'go' })).text()).toContain(
      "No instance with ID 'nobody' found.",
    );
  });

  it('rewinds a failed instance, which then completes', async () => {
    expect((await host.run('failsOnce', 'rewind-1', { key: 'rewind-1' })).runtimeStatus).toBe('Failed');

    expect((await host.callClient('rewind', 'rewind-1')).status).toBe(200);

    expect(await host.waitUntilEnded('rewind-1')).toMatchObject({ runtimeStatus: 'Completed', output: [2, 'AFTER'] });
  });

  it('rewinds a failed child before its parent', async () => {
    expect((await host.run('parentFailsOnce', 'rewind-2')).runtimeStatus).toBe('Failed');

    await host.callClient('rewind', 'rewind-2');

    expect(await host.waitUntilEnded('rewind-2')).toMatchObject({ runtimeStatus: 'Completed', output: [2, 'AFTER'] });
  });

  it('refuses to rewind what has not failed', async () => {
    await host.run('single', 'rewind-3', 'abc');

    expect((await host.post(`${api}/instances/rewind-3/rewind?reason=x`)).status).toBe(412);
  });

  it('restarts with a new id', async () => {
    await host.run('single', 'restart-1', 'abc');
    const restarted = await host.post(`${api}/instances/restart-1/restart`);
    const { id } = (await restarted.json()) as { id: string };

    expect(id).not.toBe('restart-1');
    expect((await host.waitUntilEnded(id)).output).toBe('ABC');
  });

  it('purges an instance for good', async () => {
    await host.run('single', 'purge-1', 'abc');

    expect(await (await host.callClient('purge', 'purge-1')).json()).toEqual({ instancesDeleted: 1 });
    expect((await host.get(`${api}/instances/purge-1`)).status).toBe(404);
    expect(await (await host.callClient('purge', 'purge-1')).json()).toEqual({ instancesDeleted: 0 });
  });

  it('shows the history with scheduling folded into completions', async () => {
    await host.run('single', 'history-1', 'abc');

    const response = await host.get(
      `${api}/instances/history-1?showHistory=true&showHistoryOutput=true&showInput=false`,
    );
    const { historyEvents, input } = (await response.json()) as {
      historyEvents: Record<string, unknown>[];
      input: unknown;
    };
    expect(input).toBeNull();
    expect(historyEvents.map((event) => event['EventType'])).toEqual([
      'ExecutionStarted',
      'TaskCompleted',
      'ExecutionCompleted',
    ]);
    expect(historyEvents[1]).toMatchObject({ FunctionName: 'upper', Result: 'ABC' });
  });

  it('stays Running until an open timer has fired after the return', async () => {
    await host.startInstance('forgottenTimer', 'open-1');
    await host.waitForLog(/'open-1': it has returned but stays Running until its timer/);

    expect((await host.getStatus('open-1')).runtimeStatus).toBe('Running');
    expect((await host.waitUntilEnded('open-1')).output).toBe('returned');
  });
});
