import { describe, expect, it } from 'vitest';
import { isWorkWaiting, sweep } from '../../../operations/intake/sweep.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { registerNew } from '../../support/register-files.ts';
import { batch, tuning } from '../../support/samples.ts';

const now = new Date('2026-01-01T01:00:00Z');
const createBlob = (path: string, lastModified: string) => getProperties(aFile(path, { lastModified }));
const createPorts = (...landed: ReturnType<typeof createBlob>[]) =>
  createFakePorts({ datasets: [aLanding('gym_logins')], landed });
const nothing = { looked: 0, missed: 0, oldestSeconds: 0, failed: 0, failures: [] };

describe('sweep', () => {
  it('registers what events have missed, and says for how long', async () => {
    const registered = createBlob('gym_logins/a', '2026-01-01T00:57:00Z');
    const ports = createPorts(
      registered,
      createBlob('gym_logins/b', '2026-01-01T00:58:00Z'),
      createBlob('gym_logins/c', '2026-01-01T00:59:00Z'),
    );
    await registerNew(ports, registered);
    expect(await sweep(ports, now)).toEqual({ ...nothing, looked: 3, missed: 2, oldestSeconds: 120 });
    expect(await ports.queue.count()).toBe(3);
    expect(await sweep(ports, now)).toEqual({ ...nothing, looked: 3 });
  });

  it('leaves a file alone until its writer has rested: what is appended to is taken once, whole', async () => {
    const blob = createBlob('gym_logins/a', '2026-01-01T00:59:00Z');
    const ports = createFakePorts({
      datasets: [aLanding('gym_logins')],
      landed: [blob],
      tuning: { ...tuning, sweep: { settleSeconds: 60 } },
    });
    expect(await sweep(ports, new Date('2026-01-01T00:59:59Z'))).toMatchObject({ looked: 1, missed: 0 });
    expect((await ports.files.list({}, 10)).rows).toEqual([]);
    expect(await sweep(ports, new Date('2026-01-01T01:00:00Z'))).toMatchObject({ looked: 1, missed: 1 });
  });

  it('looks at all files though one cannot be registered, and names that one', async () => {
    const blobs = Array.from({ length: 40 }, (_, index) => createBlob(`gym_logins/f${index}`, '2026-01-01T00:00:00Z'));
    const ports = createPorts(...blobs);
    const { getProperties: look } = ports.lake;
    const lake = {
      ...ports.lake,
      getProperties: async (path: string) => {
        if (path.endsWith('/f14')) throw new Error('HTTP 403.');
        return look(path);
      },
    };
    expect(await sweep({ ...ports, lake }, now)).toMatchObject({
      looked: 40,
      missed: 39,
      failed: 1,
      failures: [{ subject: 'gym_logins/f14', reason: 'HTTP 403.' }],
    });
    expect(await sweep(ports, now)).toMatchObject({ looked: 40, missed: 1, failed: 0 });
  });

  it('keeps what it has found when the list breaks off, and says so', async () => {
    const ports = createPorts(createBlob('gym_logins/a', '2026-01-01T00:00:00Z'));
    const lake = {
      ...ports.lake,
      async *listLandedFiles() {
        yield* Array.from({ length: 16 }, (_, index) => createBlob(`gym_logins/${index}`, '2026-01-01T00:00:00Z'));
        throw new Error('Page 2 is away.');
      },
    };
    expect(await sweep({ ...ports, lake }, now)).toMatchObject({
      looked: 16,
      failed: 1,
      failures: [{ subject: 'list of the landing zone', reason: 'Page 2 is away.' }],
    });
  });

  it('names so many failures, and counts all', async () => {
    const ports = createPorts(
      ...Array.from({ length: 30 }, (_, index) => createBlob(`gym_logins/f${index}`, '2026-01-01T00:00:00Z')),
    );
    const lake = { ...ports.lake, getProperties: () => Promise.reject(new Error('HTTP 403.')) };
    const report = await sweep({ ...ports, lake }, now);
    expect(report.failed).toBe(30);
    expect(report.failures).toHaveLength(20);
  });

  it('writes down what belongs to no dataset, and does not count it as missed', async () => {
    const ports = createPorts(createBlob('stray.csv', '2026-01-01T00:00:00Z'));
    expect(await sweep(ports, now)).toEqual({ ...nothing, looked: 1 });
    expect((await ports.files.list({}, 10)).rows).toMatchObject([{ path: 'stray.csv', status: 'ignored' }]);
  });

  it('goes through more files than it registers at once', async () => {
    const blobs = Array.from({ length: 50 }, (_, index) => createBlob(`gym_logins/f${index}`, '2026-01-01T00:00:00Z'));
    expect(await sweep(createPorts(...blobs), now)).toMatchObject({ missed: 50 });
  });

  it('finds nothing to do when nothing waits', async () => {
    expect(await sweep(createPorts(), now)).toEqual(nothing);
  });
});

describe('isWorkWaiting', () => {
  it('is true for a file that waits, and for a plan of which the pipeline was not told', async () => {
    const ports = createPorts();
    expect(await isWorkWaiting(ports)).toBe(false);
    await registerNew(ports, createBlob('gym_logins/a', '2026-01-01T00:00:00Z'));
    expect(await isWorkWaiting(ports)).toBe(true);
    const planned = createPorts();
    await planned.plans.queue({
      plan: `p-${batch}`,
      planHash: 'h',
      state: 'queued',
      actor: 'ann',
      reason: 'So.',
      at: '2026-01-01T00:00:00Z',
    });
    expect(await isWorkWaiting(planned)).toBe(true);
  });
});
