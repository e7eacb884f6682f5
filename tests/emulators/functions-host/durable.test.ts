import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostUnderTest } from './test-host.ts';

describe('durable functions', () => {
  let host: HostUnderTest;
  beforeAll(async () => {
    host = await HostUnderTest.startNew();
  });
  afterAll(() => host.end());

  it('runs an orchestrator and its activity', async () => {
    const status = await host.run('single', 'single-1', 'abc');

    expect(status).toMatchObject({ name: 'single', runtimeStatus: 'Completed', input: 'abc', output: 'ABC' });
  });

  it('carries every JSON value to an activity and back', async () => {
    const { output } = await host.run('values', 'values-1');

    expect(output).toEqual([null, '', 0, false, 'é😀', [1], { a: { b: null } }, 1.5]);
  });

  it('fans out and keeps the order of the answers', async () => {
    const { output } = await host.run('fanOut', 'fan-1', { count: 25 });

    expect(output).toEqual(Array.from({ length: 25 }, (_, index) => `X${index}`));
  });

  it('runs a long chain', async () => {
    const { output } = await host.run('chain', 'chain-1', { count: 20 });

    expect(output).toBe(210);
  });

  it('repeats a failing activity until it succeeds and stays in step with the ids of the SDK', async () => {
    const { output } = await host.run('retries', 'retries-1', { failures: 2, attempts: 4 });

    expect(output).toEqual([3, 'AFTER']);
  });

  it('fails when the attempts are used up', async () => {
    const status = await host.run('retries', 'retries-2', { failures: 9, attempts: 3 });

    expect(status.runtimeStatus).toBe('Failed');
    expect(status.output).toContain(
      "Orchestrator function 'retries' failed: Activity function 'flaky' failed:  flaky attempt 3",
    );
    expect(host.readLines().filter(({ key }) => key === 'retries-2')).toHaveLength(3);
  });

  it('hands the error of an activity to the orchestrator', async () => {
    const { output } = await host.run('caught', 'caught-1');

    expect(output).toContain("Activity function 'flaky' failed:  flaky attempt 1");
  });

  it('delivers events in order, those raised before the wait too', async () => {
    await host.startInstance('waits', 'waits-1');
    await host.callClient('raise', 'waits-1', { name: 'go', payload: { n: 1 } });
    await host.callClient('raise', 'waits-1', { name: 'go', payload: 'two' });

    expect(await host.waitUntilEnded('waits-1')).toMatchObject({
      output: [{ n: 1 }, 'two'],
      customStatus: { got: { n: 1 } },
    });
  });

  it('lets an event win over a timer and then cancels the timer', async () => {
    await host.startInstance('approval', 'approval-1', { timeoutMs: 60_000 });
    await host.callClient('raise', 'approval-1', { name: 'approve', payload: 'yes' });

    expect((await host.waitUntilEnded('approval-1')).output).toBe('yes');
  });

  it('lets a timer win over an event', async () => {
    const { output } = await host.run('approval', 'approval-2', { timeoutMs: 100 });

    expect(output).toBe('timed out');
  });

  it('never fires a timer early', async () => {
    const { output } = await host.run('sleeps', 'sleeps-1', { milliseconds: 150 });

    expect(output).toBeGreaterThanOrEqual(150);
  });

  it('runs child orchestrations, with an id and a version of their own', async () => {
    const { output } = await host.run('parent', 'parent-1');

    expect(output).toEqual(['ABC', ['2.0', 'child'], '1.0']);
    expect((await host.getStatus('parent-1-child')).output).toBe('ABC');
  });

  it('repeats a failing child', async () => {
    const { output } = await host.run('parentRetries', 'parent-retries-1');

    expect(output).toEqual([3, 'AFTER']);
  });

  it('hands the failure of a child to its parent', async () => {
    const { output } = await host.run('parentCatches', 'parent-catches-1', { name: 'throws' });

    expect(output).toContain("Orchestrator function 'throws' failed: orchestrator gave up");
  });

  it('refuses a child whose name is unknown', async () => {
    const { output } = await host.run('parentCatches', 'parent-catches-2', { name: 'nowhere' });

    expect(output).toContain("The function 'nowhere' doesn't exist");
  });

  it('refuses a child whose id is alive', async () => {
    await host.startInstance('waits', 'alive-1');
    const { output } = await host.run('parentCatches', 'parent-catches-3', { name: 'waits', id: 'alive-1' });

    expect(output).toMatch(/with the id 'alive-1' is (Pending|Running) already/);
  });

  it('continues as new and keeps the custom status', async () => {
    const status = await host.run('eternal', 'eternal-1', { round: 1, until: 5 });

    expect(status).toMatchObject({ output: { round: 5 }, customStatus: { round: 5 } });
  });

  it('keeps events that arrive while it continues as new', async () => {
    await host.startInstance('eternalWithEvents', 'eternal-2', { sum: 0 });
    for (const payload of [1, 2, 3, 4, 0]) {
      await host.callClient('raise', 'eternal-2', { name: 'number', payload });
    }

    expect((await host.waitUntilEnded('eternal-2')).output).toBe(10);
  });

  it('starts a new generation before it hands over the events that waited for it', async () => {
    await host.startInstance('eternalWithEvents', 'eternal-3', { sum: 0 });
    await host.waitForStatus('eternal-3', 'Running');
    await host.callClient('suspend', 'eternal-3');
    await host.waitForStatus('eternal-3', 'Suspended');
    for (const payload of [1, 2, 3, 0]) await host.callClient('raise', 'eternal-3', { name: 'number', payload });
    await host.callClient('resume', 'eternal-3');

    expect(await host.waitUntilEnded('eternal-3')).toMatchObject({
      output: 6,
      customStatus: { versions: ['1.0', '1.0', '1.0', '1.0'] },
    });
  });

  it('ends as failed when the orchestrator throws', async () => {
    const status = await host.run('throws', 'throws-1');

    expect(status).toMatchObject({
      runtimeStatus: 'Failed',
      output: "Orchestrator function 'throws' failed: orchestrator gave up",
    });
  });

  it('gives the version of the start to the orchestrator', async () => {
    await host.post('/api/start/version/version-1?version=3.1');

    expect((await host.waitUntilEnded('version-1')).output).toEqual(['3.1', 'top']);
  });

  it('fails an activity that does not exist with a plain message', async () => {
    const { output } = await host.run('runsActivity', 'runs-1', { name: 'nowhere' });

    expect(output).toContain("The function 'nowhere' doesn't exist, is disabled, or is not an activity function.");
  });

  it('answers waitForCompletion with the output', async () => {
    await host.startInstance('single', 'wait-1', 'abc');

    const response = await host.get('/api/wait/wait-1');
    expect([response.status, await response.json()]).toEqual([200, 'ABC']);
  });

  it('goes through a whole pipeline', async () => {
    await host.startInstance('pipeline', 'pipeline-1', { word: 'w' });
    await host.callClient('raise', 'pipeline-1', { name: 'approve', payload: 'y' });

    expect((await host.waitUntilEnded('pipeline-1')).output).toEqual(['W', 'y', ['X0', 'X1', 'X2'], 100]);
  });
});
