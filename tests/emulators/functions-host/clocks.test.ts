import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../emulators/shared/faults.ts';
import { createApp, HostUnderTest } from './test-host.ts';

const teller = `
  const told = new Date(Date.UTC(2026, 0, 1));
  app.http('times', { handler: async () => {
    const began = [performance.now(), Date.now()];
    await new Promise((resolve) => setTimeout(resolve, 50));
    const lasted = [performance.now() - began[0], Date.now() - began[1]];
    const now = [Date.now(), new Date().getTime(), Date.parse(Date())];
    return { jsonBody: { lasted, now, told: told.toISOString(), isDate: new Date() instanceof Date } };
  } });
  app.http('exit', { handler: () => process.exit(3) });
  class Day extends Date {}
  app.http('day', { handler: () => ({ jsonBody: { now: new Day().getTime(), isDay: new Day() instanceof Day } }) });
`;

interface Times {
  readonly lasted: readonly number[];
  readonly now: readonly number[];
  readonly told: string;
  readonly isDate: boolean;
}

const start = { service: 'functions-host', call: 'start' } as const;
const seconds = 30_000;

async function startHost(faults: Fault[]): Promise<HostUnderTest> {
  const host = new HostUnderTest({ faults: { faults, startedAt: Date.now() } });
  await host.start({ appDirectory: createApp(host, teller) });
  return host;
}

const read = async <Content>(host: HostUnderTest, place: string) =>
  (await (await host.get(`/api/${place}`)).json()) as Content;

/** How far the clock of the app is from ours, in whole seconds. */
async function readShift(host: HostUnderTest): Promise<number> {
  const { now } = await read<Times>(host, 'times');
  return Math.round(((now[0] ?? 0) - Date.now()) / 1000);
}

describe('a process that starts with a wrong clock', () => {
  it('reads another time wherever it looks, and nothing lasts longer', async () => {
    const host = await startHost([{ at: { ...start, nth: 1 }, do: 'shift', milliseconds: seconds }]);
    const { isDate, lasted, now, told } = await read<Times>(host, 'times');
    const day = await read<{ now: number; isDay: boolean }>(host, 'day');

    for (const time of [...now, day.now]) expect(Math.abs(time - Date.now() - seconds)).toBeLessThan(5000);
    for (const milliseconds of lasted) expect(milliseconds).toBeLessThan(5000);
    expect([told, isDate, day.isDay]).toEqual(['2026-01-01T00:00:00.000Z', true, true]);
    expect(host.logs.filter((line) => line.includes('On purpose'))).toEqual([
      'information On purpose: shift at start 1.',
    ]);
    await host.end();
  });

  it('is followed by one with a clock of its own', async () => {
    const host = await startHost([{ at: { ...start, nth: 2 }, do: 'shift', milliseconds: -seconds }]);
    const shifts = [await readShift(host)];
    for (let kill = 0; kill < 2; kill++) {
      await host.get('/api/exit');
      shifts.push(await readShift(host));
    }
    expect(shifts.join(' ')).toBe('0 -30 0');
    await host.end();
  });

  it('is killed at its writes in the seconds of everybody', async () => {
    const write = { service: 'functions-host', call: 'write', match: '/storage', share: 1, to: 20 } as const;
    const shift: Fault = { at: { ...start, nth: 1 }, do: 'shift', milliseconds: seconds };
    const host = new HostUnderTest({
      faults: { faults: [shift, { at: write, do: 'kill' }], startedAt: Date.now() },
    });
    const writer = `import { request } from 'node:http';
      app.http('writes', { handler: () => { request('http://127.0.0.1:9/storage', { method: 'PUT' }); return {}; } });`;
    await host.start({ appDirectory: createApp(host, writer) });

    expect((await host.get('/api/writes')).status).toBe(500);
    await host.waitForLog(/On purpose: kill at write/);
    await host.end();
  });
});
