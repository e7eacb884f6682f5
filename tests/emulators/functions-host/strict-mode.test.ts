import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostUnderTest } from './test-host.ts';

describe('strict mode', () => {
  let host: HostUnderTest;
  beforeAll(async () => {
    host = await HostUnderTest.startNew();
  });
  afterAll(() => host.end());

  it('fails an orchestrator that uses one timer in two Task.any calls', async () => {
    await host.startInstance('sharedTimer', 'shared-1');
    await host.callClient('raise', 'shared-1', { name: 'a' });

    expect((await host.waitUntilEnded('shared-1')).output).toContain(
      'a timer stands in two Task.any or Task.all calls and would be scheduled twice; create a new task for each call.',
    );
  });

  it.each([
    ['retryTimeout', /'echo' is called with retryTimeoutInMilliseconds/],
    [
      'nonDeterministic',
      /Non-Deterministic workflow detected: action 0 was CallActivity '(echo|upper)' and is now CallActivity/,
    ],
    ['callsHttp', /context\.df\.callHttp is not served by the local host; call an activity/],
    ['callsEntity', /Durable entities are not served by the local host; keep state in a table/],
  ])('fails %s with a plain message', async (name, message) => {
    const status = await host.run(name, `${name}-1`);

    expect(status.runtimeStatus).toBe('Failed');
    expect(status.output).toMatch(message);
  });

  it.each([
    ['driftingInput', /action 0 \(CallActivity 'echo'\) had another input when it was first scheduled/],
    ['plainContinue', /a plain string passed to continueAsNew is encoded twice; pass an object/],
    ['emptyStatus', /custom status "" is not transmitted, the old one stays/],
    ['jsonText', /passed to 'echo' arrives there as an object; pass an object/],
    ['notYielded', /the task 'upper' was created but never yielded, so it never ran/],
  ])('warns of %s', async (name, message) => {
    await host.startInstance(name, `${name}-1`);

    expect(await host.waitForLog(message)).toContain(`warning Orchestrator '${name}', instance '${name}-1': `);
    await host.callClient('terminate', `${name}-1`);
  });

  it('warns of two waits for one event', async () => {
    await host.startInstance('twoWaits', 'two-waits-1');

    await host.waitForLog(/two waits for the event 'x' are open at once and the later one is resolved first/);
  });

  it('warns of a field named Timestamp in an input', async () => {
    await host.run('runsActivity', 'timestamp-1', { name: 'echo', input: { Timestamp: '2026-11-24T00:00:00Z' } });

    await host.waitForLog(/its input has a field 'Timestamp', which becomes a Date/);
  });

  it('warns of large values and fails on those that some backends refuse', async () => {
    const large = await host.run('runsActivity', 'large-1', { name: 'large', input: { bytes: 60_000 } });
    const tooLarge = await host.run('runsActivity', 'large-2', { name: 'large', input: { bytes: 1_100_000 } });

    expect(large.runtimeStatus).toBe('Completed');
    await host.waitForLog(/The result of activity 'large' has 60002 bytes; return a path/);
    expect(tooLarge.output).toContain('its result has 1100002 bytes, more than the 1048576 some backends take');
  });

  it('refuses a start whose input is too large', async () => {
    const started = await host.startInstance('single', 'large-3', 'x'.repeat(1_100_000));

    expect(await started.text()).toContain("The input of 'single' has 1100002 bytes");
  });
});

describe('an endless loop in an orchestrator', () => {
  it('ends with a message, and the app lives on', async () => {
    const host = await HostUnderTest.startNew({ watchdog: { hangSeconds: 1, maxLosses: 2 } });
    await host.startInstance('looping', 'looping-1');

    expect((await host.waitUntilEnded('looping-1')).output).toContain('look for an endless loop or process.exit');
    expect((await host.run('single', 'after-looping', 'abc')).output).toBe('ABC');
    await host.end();
  });
});

describe('without strict mode', () => {
  it('lets pass what Azure lets pass', async () => {
    const host = await HostUnderTest.startNew({ strict: false });

    expect(
      (await host.run('runsActivity', 'large-1', { name: 'large', input: { bytes: 1_100_000 } })).runtimeStatus,
    ).toBe('Completed');
    expect(await host.run('jsonText', 'json-1')).toMatchObject({ output: 'object' });

    expect(host.logs.filter((line) => line.includes('Orchestrator '))).toEqual([]);
    await host.end();
  });
});
