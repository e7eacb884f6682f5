import { describe, expect, it } from 'vitest';
import { readCoverage } from '../../../orchestrations/activities/read-coverage.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch, continuous, stream } from '../../support/samples.ts';

const below = { 'silver.users': 2 };
const entry = (read: number, version: number) => ({
  at: '2026-01-01T00:00:00.000Z',
  read: { 'silver.users': read },
  versions: { 'gold.summary': version },
});
const texts = {
  'progress/gold.json': JSON.stringify({ layer: 'gold', entries: [entry(1, 5), entry(2, 6), entry(3, 7)] }),
};

const streaming = (given: Parameters<typeof createFakePorts>[0]) => ({ ...createFakePorts(given), modes: continuous });

describe('readCoverage', () => {
  it('gives the versions after the first micro-batch that had read what lies below', async () => {
    expect(await readCoverage.in(createFakePorts({ texts }))({ batch, layer: 'gold', below })).toEqual({
      kind: 'covered',
      versions: { 'gold.summary': 6 },
    });
  });

  it('takes the report on the batch itself for bronze', async () => {
    const report = { batch, layer: 'bronze', tables: [{ table: 'bronze.bpm', version: 3, changed: true }] };
    const ports = createFakePorts({ texts: { [`reports/${batch}/bronze.json`]: JSON.stringify(report) } });
    expect(await readCoverage.in(ports)({ batch, layer: 'bronze', below: {} })).toEqual({
      kind: 'covered',
      versions: { 'bronze.bpm': 3 },
    });
  });

  it('waits for a stream that is on its way', async () => {
    const ports = streaming({ texts, registry: { streams: async () => [stream] } });
    expect(await readCoverage.in(ports)({ batch, layer: 'gold', below: { 'silver.users': 9 } })).toEqual({
      kind: 'waiting',
    });
  });

  it('does not wait for one that was given up', async () => {
    const halted = { ...stream, state: 'halted' as const, reason: 'It broke.' };
    const ports = streaming({ registry: { streams: async () => [halted] } });
    expect(await readCoverage.in(ports)({ batch, layer: 'gold', below })).toEqual({
      kind: 'halted',
      reason: 'It broke.',
    });
  });

  it('says when the layer is no longer one that streams', async () => {
    expect(await readCoverage.in(createFakePorts({}))({ batch, layer: 'gold', below })).toEqual({ kind: 'switched' });
  });
});
