import { describe, expect, it } from 'vitest';
import { maxFailures } from '../../medallion/runs/pipeline-state.ts';
import { chooseNextWork } from '../../operations/intake/choose-next-work.ts';
import { readManifest } from '../../operations/read-manifest.ts';
import { aLanding } from '../support/a-landing.ts';
import { createRun, toBatch, toTime } from '../support/batches.ts';
import { createFakePorts, type FakePorts } from '../support/fake-ports.ts';
import { registerFiles } from '../support/register-files.ts';

const batch = toBatch(50);
const limits = { batch, maxFiles: 10 };

async function createPending(): Promise<FakePorts> {
  const ports = createFakePorts({ datasets: [aLanding('gym_logins')] });
  await registerFiles(ports, [{ path: 'gym_logins/a' }]);
  return ports;
}

describe('the choice of the next work', () => {
  it('changes nothing when it is done a second time, after the batch was released', async () => {
    const ports = await createPending();
    const formed = await chooseNextWork(ports, limits);
    await ports.files.finalize(await readManifest(ports, batch), new Map(), { status: 'published', release: 'r-50' });
    await ports.unreleasedBatches.markReleased([batch]);
    await ports.pipelineControl.startForming(toBatch(51));
    expect(await chooseNextWork(ports, limits)).toEqual(formed);
    expect(await ports.unreleasedBatches.list()).toEqual([]);
    expect((await ports.files.list({}, 1)).rows).toMatchObject([{ status: 'published' }]);
    expect(await ports.pipelineControl.findForming()).toBe(toBatch(51));
  });

  it('is a batch at once, although files still land, where it tries whether a halted pipeline can go on', async () => {
    const ports = await createPending();
    for (let minute = 1; minute <= maxFailures; minute++) await ports.runs.save(createRun(minute, 'failed'));
    const patient = { ...limits, isPatient: true };
    expect(await chooseNextWork(ports, { ...patient, batch: toBatch(10) })).toMatchObject({ hasHalted: true });
    const next = async (max: number) =>
      (await ports.queue.next(max)).map((file) => ({ ...file, registeredAt: toTime(51) }));
    const landing = { ...ports, queue: { ...ports.queue, next } };
    expect(await chooseNextWork(landing, patient)).toMatchObject({ kind: 'formed', files: 1 });
  });
});
