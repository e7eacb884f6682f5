import { describe, expect, it } from 'vitest';
import { isWorkWaiting } from '../../../operations/intake/is-work-waiting.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { registerNew } from '../../support/register-files.ts';
import { batch } from '../../support/samples.ts';

const createBlob = (path: string, lastModified: string) => getProperties(aFile(path, { lastModified }));
const createPorts = () => createFakePorts({ datasets: [aLanding('gym_logins')] });

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
