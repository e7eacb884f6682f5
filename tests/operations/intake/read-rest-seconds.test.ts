import { describe, expect, it } from 'vitest';
import { createBatchId } from '../../../medallion/files/manifest.ts';
import type { Execution } from '../../../medallion/reprocessing/plan.ts';
import { chooseNextWork } from '../../../operations/intake/choose-next-work.ts';
import { readRestSeconds } from '../../../operations/intake/read-rest-seconds.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createRun, toBatch, toTime } from '../../support/batches.ts';
import { createFakePorts, type FakePorts } from '../../support/fake-ports.ts';
import { registerFiles } from '../../support/register-files.ts';
import { tuning } from '../../support/samples.ts';

const datasets = [aLanding('gym_logins')];
const batch = toBatch(50);
const limits = { batch, maxFiles: 10 };
const plan = `p-${batch}`;
const execution: Execution = {
  plan,
  planHash: 'h',
  state: 'queued',
  actor: 'ann',
  reason: 'It was wrong.',
  at: toTime(0),
};

async function createPending(options: Parameters<typeof createFakePorts>[0] = {}): Promise<FakePorts> {
  const ports = createFakePorts({ datasets, ...options });
  await registerFiles(ports, [{ path: 'gym_logins/a' }]);
  return ports;
}

describe('the time between runs', () => {
  const minSecondsBetweenRuns = 900;
  const slow = { tuning: { ...tuning, batches: { ...tuning.batches, minSecondsBetweenRuns } } };

  it('is kept by files, of which the first after a rest does not wait', async () => {
    const ports = await createPending(slow);
    await ports.runs.save(createRun(40, 'published'));
    expect(await chooseNextWork(ports, limits)).toEqual({ kind: 'early', seconds: 300 });
    expect(await ports.queue.count()).toBe(1);
    expect(await readRestSeconds(ports, toBatch(54))).toBe(60);
    expect(await chooseNextWork(ports, { ...limits, batch: toBatch(55) })).toMatchObject({ kind: 'formed' });
  });

  it('is not kept by plans and streams', async () => {
    const ports = await createPending(slow);
    await ports.runs.save(createRun(40, 'published'));
    expect(await chooseNextWork(ports, { ...limits, maxInFlight: 2 })).toMatchObject({ kind: 'formed' });
    await ports.plans.queue(execution);
    expect(await chooseNextWork(ports, { ...limits, batch: toBatch(51) })).toEqual({ kind: 'planned', plan });
  });

  it('bounds the runs of six hours in which a file lands every 20 seconds', async () => {
    const ports = createFakePorts({ datasets, ...slow });
    const start = Date.parse(toTime(0));
    let runs = 0;
    for (let second = 0; second < 6 * 3600; second += 20) {
      await registerFiles(ports, [{ path: `gym_logins/${second}` }]);
      const at = createBatchId(new Date(start + second * 1000), '01234567-89ab-4cde-8f01-23456789abcd');
      const work = await chooseNextWork(ports, { batch: at, maxFiles: 1000 });
      if (work.kind !== 'formed') continue;
      runs += 1;
      await ports.runs.save({ ...createRun(0, 'published'), batch: at });
    }
    expect(runs).toBe(24);
  }, 60_000);
});
