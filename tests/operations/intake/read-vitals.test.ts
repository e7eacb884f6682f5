import { describe, expect, it } from 'vitest';
import { readVitals } from '../../../operations/intake/read-vitals.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createRun, toBatch, toTime } from '../../support/batches.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { registerFiles } from '../../support/register-files.ts';

const now = new Date(toTime(60));
const datasets = [aLanding('gym_logins'), aLanding('bpm')];

describe('readVitals', () => {
  it('says that nothing waits and nothing was released', async () => {
    expect(await readVitals(createFakePorts({ datasets }), now)).toEqual({
      state: 'running',
      pendingFiles: 0,
      isPlanQueued: false,
    });
  });

  it('says how long the oldest file waits, how old the release is, and why nothing goes on', async () => {
    const ports = createFakePorts({ datasets });
    const [oldest] = await registerFiles(ports, [{ path: 'bpm/a' }, { path: 'gym_logins/b' }, { path: 'bpm/c' }]);
    await ports.runs.save(createRun(10, 'published'));
    await ports.pipelineControl.setState({ state: 'paused', actor: 'ann', reason: 'So.', at: toTime(20) });
    await ports.plans.queue({
      plan: `p-${toBatch(1)}`,
      planHash: 'h',
      state: 'queued',
      actor: 'ann',
      reason: 'So.',
      at: toTime(20),
    });
    expect(await readVitals(ports, now)).toEqual({
      state: 'paused',
      pendingFiles: 3,
      oldestPendingSeconds: Math.round((now.getTime() - Date.parse(oldest?.registeredAt ?? '')) / 1000),
      oldestPendingDataset: 'bpm',
      releaseAgeSeconds: 49 * 60,
      isPlanQueued: true,
    });
  });
});
