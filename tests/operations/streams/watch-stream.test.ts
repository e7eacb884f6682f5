import { describe, expect, it } from 'vitest';
import type { Modes } from '../../../medallion/layer.ts';
import { drainPath, type StreamRecord } from '../../../medallion/runs/stream.ts';
import { stopPreviousStream, watchStream } from '../../../operations/streams/watch-stream.ts';
import { createRun, toBatch } from '../../support/batches.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch, continuous, stream, triggered } from '../../support/samples.ts';

describe('watchStream', () => {
  it('says where the run is, and whether it is still wanted', async () => {
    const ports = createFakePorts({ modes: continuous });
    const getState = async () => ({ state: 'active' as const, detail: 'running' });
    const watched = { ...ports, jobs: { ...ports.jobs, getState } };
    await ports.streams.updateSettings('gold', { paused: true });

    expect(await watchStream(watched, { layer: 'silver', jobRun: '42' })).toEqual({
      isWanted: true,
      mayStart: false,
      job: { state: 'active', detail: 'running' },
    });
    expect(await watchStream(watched, { layer: 'gold', jobRun: '42' })).toMatchObject({ isWanted: false });
  });

  it('looks for no run where there is none', async () => {
    expect(await watchStream(createFakePorts(), { layer: 'gold' })).toEqual({ isWanted: false, mayStart: true });
  });

  it.for([
    ['a run of no mode', undefined, false],
    ['a run of the same layer', triggered, false],
    ['a run of other layers', { ...triggered, gold: 'continuous' }, true],
  ] as [string, Modes | undefined, boolean][])(
    'may start only while no run of the same job builds a batch: %s',
    async ([, modes, mayStart]) => {
      const ports = createFakePorts({ modes: continuous });
      await ports.runs.save(createRun(1, 'running', { modes }));
      await ports.runs.save(createRun(2, 'published', { modes: triggered }));
      expect(await watchStream(ports, { layer: 'gold' })).toEqual({ isWanted: true, mayStart });
    },
  );
});

describe('stopPreviousStream', () => {
  async function stop(previous: StreamRecord | undefined, nextStream = toBatch(9)) {
    const ports = createFakePorts();
    if (previous) await ports.streams.save(previous);
    await stopPreviousStream(ports, { layer: 'gold', nextStream });
    return { cancelled: ports.cancelledJobRuns, drained: [...ports.texts.keys()] };
  }
  const nothing = { cancelled: [], drained: [] };

  it('ends the run of a stream whose supervisor was lost', async () => {
    expect(await stop(stream)).toEqual({ cancelled: ['42'], drained: [drainPath(batch)] });
    expect(await stop({ ...stream, jobRuns: ['9007199254740992', '9007199254740993'] })).toMatchObject({
      cancelled: ['9007199254740993'],
    });
  });

  it('drains a stream that had no run yet', async () => {
    expect(await stop({ ...stream, jobRuns: [] })).toEqual({ cancelled: [], drained: [drainPath(batch)] });
  });

  it.for(['drained', 'halted'] as const)('leaves alone what is %s', async (state) => {
    expect(await stop({ ...stream, state })).toEqual(nothing);
  });

  it('leaves alone its own stream, another layer, and a layer without one', async () => {
    expect(await stop(stream, batch)).toEqual(nothing);
    expect(await stop({ ...stream, layer: 'silver' })).toEqual(nothing);
    expect(await stop(undefined)).toEqual(nothing);
  });
});
