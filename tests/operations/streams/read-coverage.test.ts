import { describe, expect, it } from 'vitest';
import { reportFolder } from '../../../medallion/files/manifest.ts';
import { readCoverage } from '../../../operations/streams/read-coverage.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch, continuous, stream } from '../../support/samples.ts';

const upstreamVersions = { 'silver.users': 2 };
const createEntry = (read: number, version: number) => ({
  at: '2026-01-01T00:00:00.000Z',
  read: { 'silver.users': read },
  versions: { 'gold.summary': version },
});
const texts = {
  'progress/gold/00000001.json': JSON.stringify({
    layer: 'gold',
    entries: [createEntry(1, 5), createEntry(2, 6), createEntry(3, 7)],
  }),
};
const wanted = { batch, layer: 'gold', upstreamVersions } as const;

describe('readCoverage', () => {
  it('gives the versions after the first micro-batch that had read what lies below', async () => {
    expect(await readCoverage(createFakePorts({ texts }), wanted)).toEqual({
      kind: 'covered',
      versions: { 'gold.summary': 6 },
    });
  });

  it('takes the report on the batch itself for bronze', async () => {
    const report = { batch, layer: 'bronze', tables: [{ table: 'bronze.bpm', version: 3, changed: true }] };
    const ports = createFakePorts({
      texts: { [`${reportFolder(batch, 'bronze')}/00000001.json`]: JSON.stringify(report) },
    });
    const inBronze = { batch, layer: 'bronze', upstreamVersions: {} } as const;
    expect(await readCoverage(ports, inBronze)).toEqual({ kind: 'covered', versions: { 'bronze.bpm': 3 } });
    const waiting = createFakePorts({ modes: continuous });
    expect(await readCoverage(waiting, inBronze)).toEqual({ kind: 'waiting' });
  });

  it('waits for a stream that is on its way', async () => {
    const ports = createFakePorts({ texts, modes: continuous });
    const later = { ...wanted, upstreamVersions: { 'silver.users': 9 } };
    expect(await readCoverage(ports, later)).toEqual({ kind: 'waiting' });
    await ports.streams.save(stream);
    expect(await readCoverage(ports, later)).toEqual({ kind: 'waiting' });
  });

  it('does not wait for one that is halted', async () => {
    const ports = createFakePorts({ modes: continuous });
    await ports.streams.save({ ...stream, state: 'halted', reason: 'It broke.' });
    expect(await readCoverage(ports, wanted)).toEqual({ kind: 'halted', reason: 'It broke.' });
    await ports.streams.save({ ...stream, state: 'halted' });
    expect(await readCoverage(ports, wanted)).toEqual({ kind: 'halted', reason: 'Its stream is halted.' });
  });

  it('does not wait on for a run that a person has cancelled', async () => {
    const ports = createFakePorts({ modes: continuous });
    await ports.pipelineControl.requestCancellation(batch, "Cancelled by 'ann': Wrong file.");
    expect(await readCoverage(ports, wanted)).toEqual({ kind: 'halted', reason: "Cancelled by 'ann': Wrong file." });
  });

  it('says when the layer is no longer one that streams', async () => {
    expect(await readCoverage(createFakePorts(), wanted)).toEqual({ kind: 'switched' });
    const ports = createFakePorts({ modes: continuous });
    await ports.streams.updateSettings('gold', { mode: 'triggered' });
    expect(await readCoverage(ports, wanted)).toEqual({ kind: 'switched' });
  });
});
