import { describe, expect, it } from 'vitest';
import { sweep } from '../../../operations/intake/sweep.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { registerNew } from '../../support/register-files.ts';
import { batch } from '../../support/samples.ts';

const now = new Date('2026-01-01T01:00:00Z');
const createBlob = (path: string, lastModified: string) => getProperties(aFile(path, { lastModified }));
const createPorts = (...landed: ReturnType<typeof createBlob>[]) =>
  createFakePorts({ datasets: [aLanding('gym_logins')], landed });
const nothing = { missed: 0, oldestSeconds: 0, isWorkWaiting: false };

describe('sweep', () => {
  it('registers what events have missed, and says for how long', async () => {
    const registered = createBlob('gym_logins/a', '2026-01-01T00:57:00Z');
    const ports = createPorts(
      registered,
      createBlob('gym_logins/b', '2026-01-01T00:58:00Z'),
      createBlob('gym_logins/c', '2026-01-01T00:59:00Z'),
    );
    await registerNew(ports, registered);
    expect(await sweep(ports, now)).toEqual({ missed: 2, oldestSeconds: 120, isWorkWaiting: true });
    expect(await ports.queue.count()).toBe(3);
    expect(await sweep(ports, now)).toEqual({ missed: 0, oldestSeconds: 0, isWorkWaiting: true });
  });

  it('leaves a file that may still be being written', async () => {
    const ports = createPorts(createBlob('gym_logins/a', '2026-01-01T00:59:59Z'));
    expect(await sweep(ports, now)).toEqual(nothing);
    expect((await ports.files.list({}, 10)).rows).toEqual([]);
  });

  it('writes down what belongs to no dataset, and does not count it as missed', async () => {
    const ports = createPorts(createBlob('stray.csv', '2026-01-01T00:00:00Z'));
    expect(await sweep(ports, now)).toEqual(nothing);
    expect((await ports.files.list({}, 10)).rows).toMatchObject([{ path: 'stray.csv', status: 'ignored' }]);
  });

  it('goes through more files than it registers at once', async () => {
    const blobs = Array.from({ length: 50 }, (_, index) => createBlob(`gym_logins/f${index}`, '2026-01-01T00:00:00Z'));
    expect(await sweep(createPorts(...blobs), now)).toMatchObject({ missed: 50 });
  });

  it('finds nothing to do when nothing waits', async () => {
    expect(await sweep(createPorts(), now)).toEqual(nothing);
  });

  it('finds a plan of which the pipeline was not told', async () => {
    const ports = createPorts();
    await ports.plans.queue({
      plan: `p-${batch}`,
      planHash: 'h',
      state: 'queued',
      actor: 'ann',
      reason: 'So.',
      at: '2026-01-01T00:00:00Z',
    });
    expect(await sweep(ports, now)).toEqual({ ...nothing, isWorkWaiting: true });
  });

  it('deletes idempotency keys that nobody will send again', async () => {
    const ports = createPorts();
    const old = { id: 'old', content: 'c', at: '2025-12-01T00:00:00.000Z' };
    const recent = { id: 'recent', content: 'c', at: '2026-01-01T00:00:00.000Z' };
    for (const request of [old, recent]) await ports.idempotencyKeys.claim(request, 60);
    await sweep(ports, now);
    expect(await ports.idempotencyKeys.claim(old, 60)).toEqual({ kind: 'new' });
    expect(await ports.idempotencyKeys.claim(recent, 60)).toEqual({ kind: 'in_progress' });
  });
});
