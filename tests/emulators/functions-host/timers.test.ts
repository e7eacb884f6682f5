import { describe, expect, it } from 'vitest';
import { PushableClock } from '../../../emulators/functions-host/clock.ts';
import { parseCron } from '../../../emulators/functions-host/timers/cron.ts';
import { HostUnderTest, waitFor } from './test-host.ts';

const day = 86_400;

describe('an NCRONTAB expression', () => {
  it.each([
    ['*/15 * * * * *', '2026-11-24T06:00:01Z', '2026-11-24T06:00:15.000Z'],
    ['0 */5 * * * *', '2026-11-24T06:00:00Z', '2026-11-24T06:05:00.000Z'],
    ['*/5 * * * *', '2026-11-24T06:00:00Z', '2026-11-24T06:05:00.000Z'],
    ['0 30 9-17 * * Mon-Fri', '2026-11-27T17:30:00Z', '2026-11-30T09:30:00.000Z'],
    ['0 0 0 29 2 *', '2026-11-24T06:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0 0 6,18 1 jan,JUL *', '2026-11-24T06:00:00Z', '2027-01-01T06:00:00.000Z'],
    ['10/20 0 0 * * *', '2026-11-24T00:00:10Z', '2026-11-24T00:00:30.000Z'],
  ])('%s after %s is %s', (expression, from, next) => {
    expect(new Date(parseCron(expression).next(Date.parse(from))).toISOString()).toBe(next);
  });

  it.each(['* * *', '60 * * * * *', '0 0 0 0 * *', '0 0 9-8 * * *', 'x * * * * *', '*/0 * * * * *'])(
    '%s is refused',
    (expression) => {
      expect(() => parseCron(expression)).toThrow(`'${expression}'`);
    },
  );
});

describe('timer functions', () => {
  it('run on their schedule, named by a setting, and know when they run next', async () => {
    const host = await HostUnderTest.startNew({ settings: { OFTEN: '*/1 * * * * *' } });

    const runs = await waitFor('it ran twice', () => {
      const lines = host.readLines().filter((line) => line['function'] === 'often');
      return lines.length >= 2 ? lines : undefined;
    });

    expect(runs[0]).toMatchObject({ next: expect.stringMatching(/^\d{4}-.*\.000Z$/) });
    expect(runs.map(({ next }) => next)).not.toEqual([runs[0]?.['next'], runs[0]?.['next']]);
    await host.end();
  });

  it('run at the start when asked to, and jump a year with the clock', async () => {
    const clock = new PushableClock();
    const host = await HostUnderTest.startNew({ clock });
    await waitFor('it ran at the start', () => host.readLines().some((line) => line['function'] === 'atStart'));
    expect(host.readLines().some((line) => line['function'] === 'yearly')).toBe(false);

    clock.push({ seconds: 366 * day });

    await waitFor('it ran', () =>
      host.readLines().some((line) => line['function'] === 'yearly' && line['isPastDue'] === false),
    );
    await host.end();
  });

  it('run by hand, out of turn', async () => {
    const host = await HostUnderTest.startNew();
    const answers = [await host.post('/admin/functions/Yearly'), await host.post('/admin/functions/hello')];

    await waitFor('it ran', () => host.readLines().some((line) => line['function'] === 'yearly'));
    expect(answers.map(({ status }) => status)).toEqual([202, 404]);
    await host.end();
  });

  it('make up once for what was missed while the host was away', async () => {
    const clock = new PushableClock();
    const host = await HostUnderTest.startNew({ clock });
    await host.stop();

    clock.push({ seconds: 3 * 366 * day });
    await host.start();

    await waitFor('it ran', () => host.readLines().some((line) => line['function'] === 'yearly'));
    await host.stop();
    expect(host.readLines().filter((line) => line['function'] === 'yearly')).toEqual([
      { function: 'yearly', isPastDue: true },
    ]);
    await host.end();
  });
});

describe('durable timers', () => {
  it('sleep for days in chunks', async () => {
    const clock = new PushableClock();
    const host = await HostUnderTest.startNew({ clock });
    await host.startInstance('sleeps', 'days-1', { milliseconds: 10 * day * 1000 });

    for (let fired = 1; fired <= 3; fired += 1) {
      await waitFor('the timer is set', () =>
        host.getStatus('days-1').then(({ runtimeStatus }) => runtimeStatus === 'Running'),
      );
      clock.push({ seconds: 3 * day });
      // The third chunk is four days long, so that nothing fires on day nine.
      const expected = Math.min(fired, 2);
      await waitFor(`chunk ${fired} fired`, async () => (await host.countEvents('days-1', 'TimerFired')) === expected);
    }
    expect((await host.getStatus('days-1')).runtimeStatus).toBe('Running');
    clock.push({ seconds: 2 * day });

    expect((await host.waitUntilEnded('days-1')).output).toBeGreaterThanOrEqual(10 * day * 1000);
    await host.end();
  });

  it('that fall due while the host is away fire at its start, after the events that came before', async () => {
    const clock = new PushableClock();
    const host = await HostUnderTest.startNew({ clock });
    await host.startInstance('sleeps', 'away-1', { milliseconds: 3_600_000 });
    await host.startInstance('approval', 'away-2', { timeoutMs: 3_600_000 });
    await host.waitForStatus('away-1', 'Running');
    await host.waitForStatus('away-2', 'Running');
    await host.callClient('suspend', 'away-2');
    await host.waitForStatus('away-2', 'Suspended');
    await host.callClient('raise', 'away-2', { name: 'approve', payload: 'in time' });
    await host.stop();

    clock.push({ seconds: day });
    await host.start();
    await host.callClient('resume', 'away-2');

    expect((await host.waitUntilEnded('away-1')).runtimeStatus).toBe('Completed');
    expect((await host.waitUntilEnded('away-2')).output).toBe('in time');
    await host.end();
  });

  it('wait for a retry with growing delays', async () => {
    const clock = new PushableClock();
    const host = await HostUnderTest.startNew({ clock });
    await host.startInstance('retries', 'backoff-1', { failures: 2, attempts: 3, intervalMs: 3_600_000 });

    for (const [index, seconds] of [3600, 7200].entries()) {
      await waitFor(
        'the failure is recorded',
        async () => (await host.countEvents('backoff-1', 'TaskFailed')) === index + 1,
      );
      clock.push({ seconds });
    }

    expect((await host.waitUntilEnded('backoff-1')).output).toEqual([3, 'AFTER']);
    await host.end();
  });
});
