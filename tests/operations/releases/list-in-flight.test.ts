import { describe, expect, it } from 'vitest';
import { listInFlight } from '../../../operations/releases/list-in-flight.ts';
import { createRun, toBatch, toTime } from '../../support/batches.ts';
import { createFakePorts, type FakePorts } from '../../support/fake-ports.ts';

const toProgress = (layer: string, entry: object) => ({
  [`progress/${layer}/00000001.json`]: JSON.stringify({ layer, entries: [{ at: toTime(0), ...entry }] }),
});
/** Gold is made of bronze up to version 4. */
const built = {
  ...toProgress('bronze', { versions: { 'bronze.bpm': 4 } }),
  ...toProgress('silver', { versions: { 'silver.users': 2 }, read: { 'bronze.bpm': 4 } }),
  ...toProgress('gold', { versions: { 'gold.summary': 7 }, read: { 'silver.users': 2 } }),
};
const batches = [4, 5].map((version) => ({
  batch: toBatch(version),
  files: 1,
  datasets: ['bpm'],
  versions: { 'bronze.bpm': version },
}));

async function createPorts(texts: Record<string, string> = built): Promise<FakePorts> {
  const ports = createFakePorts({ texts });
  for (const { versions, ...unreleased } of batches) {
    await ports.unreleasedBatches.save(unreleased);
    await ports.unreleasedBatches.recordVersions(unreleased.batch, versions);
  }
  return ports;
}

describe('listInFlight', () => {
  it('counts every batch until the first run, and after a release', async () => {
    const ports = await createPorts();
    expect(await listInFlight(ports)).toEqual(batches);
    await ports.runs.save(createRun(1, 'published'));
    expect(await listInFlight(ports)).toEqual(batches);
  });

  it('counts only what gold is not made of while the release is blocked', async () => {
    const ports = await createPorts();
    await ports.runs.save(createRun(1, 'blocked'));
    expect(await listInFlight(ports)).toEqual(batches.slice(1));
  });

  it('counts every batch while gold was never built', async () => {
    const ports = await createPorts({});
    await ports.runs.save(createRun(1, 'failed'));
    expect(await listInFlight(ports)).toEqual(batches);
  });
});
