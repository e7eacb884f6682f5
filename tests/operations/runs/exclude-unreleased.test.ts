import { describe, expect, it } from 'vitest';
import { exclusionPath } from '../../../medallion/files/decisions.ts';
import type { RegisteredFile } from '../../../medallion/files/file.ts';
import { formatManifest, manifestPath, reportFolder } from '../../../medallion/files/manifest.ts';
import { excludeFile } from '../../../operations/intake/decide-file.ts';
import { findOpenRemoval } from '../../../operations/releases/read-cut.ts';
import { excludeUnreleased, handOverRemovals, readmitCancelled } from '../../../operations/runs/exclude-unreleased.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { toBatch } from '../../support/batches.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { storeFile } from '../../support/store-file.ts';

const batch = toBatch(1);
const failed = aFile('gym_logins/failed', { batch, status: 'failed' });
const released = aFile('gym_logins/released', { batch, status: 'failed', release: 'r-0' });
const taken = aFile('gym_logins/taken', { batch: toBatch(2), status: 'loading' });
const removed = aFile('gym_logins/removed', { batch, status: 'failed' });

async function createPorts(landed = [failed].map(getProperties)) {
  const toLine = (file: RegisteredFile) => ({ ...file, batch, replaces: null });
  const lines = [...[failed, released, taken].map(toLine), { ...toLine(removed), action: 'remove' as const }];
  const ports = createFakePorts({
    datasets: [aLanding('gym_logins')],
    texts: { [manifestPath(batch)]: formatManifest(lines) },
    landed,
  });
  for (const file of [failed, released, taken, removed]) await storeFile(ports, file);
  return ports;
}

const getStatus = async ({ files }: Awaited<ReturnType<typeof createPorts>>, { file }: RegisteredFile) =>
  (await files.findById(file))?.status;

describe('excludeUnreleased', () => {
  it('keeps out what the batch has taken, what no release has, and what no later batch has taken', async () => {
    const ports = await createPorts();
    expect(await excludeUnreleased(ports, batch, 'Skipped.')).toBe(1);
    expect(await Promise.all([failed, released, taken, removed].map((file) => getStatus(ports, file)))).toEqual([
      'excluded',
      'failed',
      'loading',
      'failed',
    ]);
  });

  it('finds nothing more to do when it is called again', async () => {
    const ports = await createPorts();
    await excludeUnreleased(ports, batch, 'Skipped.');
    await ports.lake.removeControl(exclusionPath(failed));
    expect(await excludeUnreleased(ports, batch, 'Skipped.')).toBe(1);
    expect(ports.texts.has(exclusionPath(failed))).toBe(false);
  });
});

describe('readmitCancelled', () => {
  it('takes back what that cancellation has kept out, and nothing that a person has excluded', async () => {
    const ports = await createPorts();
    await excludeUnreleased(ports, batch, 'Cancelled.');
    expect(await readmitCancelled(ports, batch, 'Another one.')).toEqual([]);
    expect((await readmitCancelled(ports, batch, 'Cancelled.')).map(({ path }) => path)).toEqual([failed.path]);
    expect(await getStatus(ports, failed)).toBe('failed');
  });

  it.for([
    { now: 'gone', landed: [] },
    { now: 'overwritten', landed: [getProperties({ ...failed, etag: '0x2' })] },
  ])('leaves out a file that is $now, which nobody can load', async ({ landed }) => {
    const ports = await createPorts(landed);
    await excludeUnreleased(ports, batch, 'Cancelled.');
    expect(await readmitCancelled(ports, batch, 'Cancelled.')).toEqual([]);
    expect(await getStatus(ports, failed)).toBe('excluded');
    expect(ports.texts.has(exclusionPath(failed))).toBe(true);
  });

  it('leaves out a file that was taken back, and is gone when the request is sent again', async () => {
    const landed = [getProperties(failed)];
    const ports = await createPorts(landed);
    await excludeUnreleased(ports, batch, 'Cancelled.');
    expect(await readmitCancelled(ports, batch, 'Cancelled.')).toHaveLength(1);
    landed.pop();
    expect(await readmitCancelled(ports, batch, 'Cancelled.')).toEqual([]);
    expect(await getStatus(ports, failed)).toBe('excluded');
    expect(ports.texts.has(exclusionPath(failed))).toBe(true);
  });
});

describe('handOverRemovals', () => {
  async function createRemoving() {
    const ports = await createPorts();
    await excludeFile(ports, removed, 'Wrong.');
    await ports.queue.markLoading([{ ...removed, batch, replaces: null, action: 'remove' }]);
    await ports.unreleasedBatches.save({ batch, files: 4, datasets: ['gym_logins'], removals: 1 });
    expect(await ports.queue.listRemovals(10)).toEqual([]);
    return ports;
  }

  it('puts back what bronze has not carried out, and lets no release wait for the batch', async () => {
    const ports = await createRemoving();
    await handOverRemovals(ports, batch);
    expect(await ports.queue.listRemovals(10)).toMatchObject([{ path: removed.path, reason: 'Wrong.' }]);
    await ports.queue.markLoading([{ ...removed, batch, replaces: null, action: 'remove' }]);
    expect(await findOpenRemoval(ports, () => false)).toBeUndefined();
  });

  it('leaves alone what bronze has carried out', async () => {
    const ports = await createRemoving();
    const report = { batch, layer: 'bronze', tables: [], files: [] };
    ports.texts.set(`${reportFolder(batch, 'bronze')}/00000001.json`, JSON.stringify(report));
    await handOverRemovals(ports, batch);
    expect(await ports.queue.listRemovals(10)).toEqual([]);
  });

  it('finds nothing to do for a batch that removes nothing, or is in a release', async () => {
    const ports = await createPorts();
    await handOverRemovals(ports, batch);
    expect(await ports.queue.listRemovals(10)).toEqual([]);
  });
});
