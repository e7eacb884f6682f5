import { describe, expect, it } from 'vitest';
import { createBatchId } from '../../../medallion/files/manifest.ts';
import { chooseNextWork } from '../../../operations/intake/choose-next-work.ts';
import { isStillLanding } from '../../../operations/intake/is-still-landing.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { registerFiles } from '../../support/register-files.ts';
import { tuning } from '../../support/samples.ts';

const toBatchAt = (at: string) => createBatchId(new Date(at), '01234567-89ab-4cde-8f01-23456789abcd');

describe('a burst', () => {
  it('is still landing while files are registered after the batch got its name', async () => {
    const ports = createFakePorts({ datasets: [aLanding('gym_logins')] });
    await registerFiles(ports, [{ path: 'gym_logins/a' }, { path: 'gym_logins/b' }]);
    const [first] = await ports.queue.next(1);
    const registeredAt = Date.parse(first?.registeredAt ?? '');
    const before = toBatchAt(new Date(registeredAt - 1).toISOString());
    const after = toBatchAt(new Date(registeredAt + 60_000).toISOString());

    expect(await isStillLanding(ports, before, 10)).toBe(true);
    expect(await isStillLanding(ports, after, 10)).toBe(false);
    // It is full.
    expect(await isStillLanding(ports, before, 2)).toBe(false);
    const full = { ...tuning, batches: { ...tuning.batches, maxBytesPerBatch: 9 } };
    expect(await isStillLanding({ ...ports, tuning: full }, before, 10)).toBe(false);
    expect(await chooseNextWork(ports, { batch: before, maxFiles: 10, isPatient: true })).toEqual({ kind: 'landing' });
    expect(await ports.queue.count()).toBe(2);
    expect(await chooseNextWork(ports, { batch: before, maxFiles: 10 })).toMatchObject({ kind: 'formed', files: 2 });
  });

  it('of nothing is not landing', async () => {
    const ports = createFakePorts({ datasets: [aLanding('gym_logins')] });
    expect(await isStillLanding(ports, toBatchAt('2026-01-01T00:00:00.000Z'), 10)).toBe(false);
  });
});
