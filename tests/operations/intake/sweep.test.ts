import { describe, expect, it, vi } from 'vitest';
import { Sweep } from '../../../operations/intake/sweep.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { registerNew } from '../../support/register-files.ts';
import { tuning } from '../../support/samples.ts';

const now = new Date('2026-01-01T01:00:00Z');
const createBlob = (path: string, lastModified: string) => getProperties(aFile(path, { lastModified }));
const createBlobs = (count: number) =>
  Array.from({ length: count }, (_, index) => createBlob(`gym_logins/f${index}`, '2026-01-01T00:00:00Z'));
const createPorts = (...landed: ReturnType<typeof createBlob>[]) =>
  createFakePorts({ datasets: [aLanding('gym_logins')], landed });
type Ports = ReturnType<typeof createPorts>;

async function lookAt(ports: Ports, at: Date = now) {
  const sweep = new Sweep(ports, at);
  await sweep.lookAt((await ports.lake.listLandedFiles({})).rows);
  return sweep.report;
}

const nothing = { looked: 0, missed: 0, oldestSeconds: 0, failed: 0, failures: [] };

describe('a sweep', () => {
  it('registers what events have missed, and says for how long', async () => {
    const registered = createBlob('gym_logins/a', '2026-01-01T00:57:00Z');
    const ports = createPorts(
      registered,
      createBlob('gym_logins/b', '2026-01-01T00:58:00Z'),
      createBlob('gym_logins/c', '2026-01-01T00:59:00Z'),
    );
    await registerNew(ports, registered);
    expect(await lookAt(ports)).toEqual({ ...nothing, looked: 3, missed: 2, oldestSeconds: 120 });
    expect(await ports.queue.count()).toBe(3);
    expect(await lookAt(ports)).toEqual({ ...nothing, looked: 3 });
  });

  it('leaves a file alone until its writer has rested: what is appended to is taken once, whole', async () => {
    const ports = createFakePorts({
      datasets: [aLanding('gym_logins')],
      landed: [createBlob('gym_logins/a', '2026-01-01T00:59:00Z')],
      tuning: { ...tuning, sweep: { settleSeconds: 60 } },
    });
    expect(await lookAt(ports, new Date('2026-01-01T00:59:59Z'))).toMatchObject({ looked: 1, missed: 0 });
    expect((await ports.files.list({}, 10)).rows).toEqual([]);
    expect(await lookAt(ports, new Date('2026-01-01T01:00:00Z'))).toMatchObject({ looked: 1, missed: 1 });
  });

  it('looks at all files though one cannot be registered, and names that one', async () => {
    const ports = createPorts(...createBlobs(40));
    const { getProperties: look } = ports.lake;
    const lake = {
      ...ports.lake,
      getProperties: async (path: string) => {
        if (path.endsWith('/f14')) throw new Error('HTTP 403.');
        return look(path);
      },
    };
    expect(await lookAt({ ...ports, lake })).toMatchObject({
      looked: 40,
      missed: 39,
      failed: 1,
      failures: [{ subject: 'gym_logins/f14', reason: 'HTTP 403.' }],
    });
    expect(await lookAt(ports)).toMatchObject({ looked: 40, missed: 1, failed: 0 });
  });

  it('names so many failures, and counts all', async () => {
    const ports = createPorts(...createBlobs(30));
    const lake = { ...ports.lake, getProperties: () => Promise.reject(new Error('HTTP 403.')) };
    const report = await lookAt({ ...ports, lake });
    expect(report.failed).toBe(30);
    expect(report.failures).toHaveLength(20);
  });

  it('writes down what belongs to no dataset, and does not count it as missed', async () => {
    const ports = createPorts(createBlob('stray.csv', '2026-01-01T00:00:00Z'));
    expect(await lookAt(ports)).toEqual({ ...nothing, looked: 1 });
    expect((await ports.files.list({}, 10)).rows).toMatchObject([{ path: 'stray.csv', status: 'ignored' }]);
  });

  it('goes through more files than it registers at once', async () => {
    expect(await lookAt(createPorts(...createBlobs(200)))).toMatchObject({ looked: 200, missed: 200 });
  });

  it('begins no more work after four minutes, and says that files are left', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const ports = createPorts(...createBlobs(200));
    const { getProperties: look } = ports.lake;
    const lake = {
      ...ports.lake,
      getProperties: async (path: string) => {
        vi.advanceTimersByTime(3000);
        return look(path);
      },
    };
    const listed = (await lake.listLandedFiles({})).rows;
    const sweep = new Sweep({ ...ports, lake }, now);
    expect(await sweep.lookAt(listed)).toBe(false);
    expect(sweep.report).toMatchObject({ looked: 0, failed: 0 });
    // Those that had begun before, 64 at once.
    expect(sweep.report.missed).toBeLessThanOrEqual(80 + 64);
    const next = new Sweep({ ...ports, lake }, now);
    expect(await next.lookAt(listed)).toBe(true);
    expect(next.report).toMatchObject({ looked: 200, missed: 200 - sweep.report.missed });
    vi.useRealTimers();
  });

  it('spares the look at the table where nothing was written since', async () => {
    const ports = createPorts(...createBlobs(3));
    const sweep = new Sweep(ports, now);
    await sweep.lookAt((await ports.lake.listLandedFiles({})).rows, Date.parse('2026-01-01T00:00:01Z'));
    expect(sweep.report).toEqual({ ...nothing, looked: 3 });
    expect(ports.table.requests).toEqual([]);
  });
});
