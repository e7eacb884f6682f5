import { describe, expect, it } from 'vitest';
import type { Modes } from '../../../medallion/layer.ts';
import { watchStream } from '../../../orchestrations/activities/watch-stream.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch, continuous, triggered } from '../../support/samples.ts';

describe('watchStream', () => {
  it('says where the run is, and whether it is still wanted', async () => {
    const small = createFakePorts({ registry: { settings: async () => ({ gold: { drained: true } }) } });
    const stateOf = async () => ({ state: 'active' as const, detail: 'running' });
    const ports = { ...small, modes: continuous, jobs: { ...small.jobs, stateOf } };

    expect(await watchStream.in(ports)({ layer: 'silver', jobRun: '42' })).toEqual({
      isWanted: true,
      mayStart: false,
      job: { state: 'active', detail: 'running' },
    });
    expect(await watchStream.in(ports)({ layer: 'gold', jobRun: '42' })).toMatchObject({ isWanted: false });
  });

  it('asks for no run where there is none', async () => {
    expect(await watchStream.in(createFakePorts({}))({ layer: 'gold' })).toEqual({ isWanted: false, mayStart: true });
  });

  it('lets no stream start before a job of the same layer, which builds a batch', async () => {
    const run = { batch, outcome: 'running' as const, files: 1, datasets: [], startedAt: '', layers: [] };
    const seen = (modes?: Modes) => {
      const registry = { runs: async () => ({ rows: [modes ? { ...run, modes } : run] }) };
      return watchStream.in({ ...createFakePorts({ registry }), modes: continuous })({ layer: 'gold' });
    };
    expect(await seen()).toEqual({ isWanted: true, mayStart: false });
    expect(await seen(triggered)).toEqual({ isWanted: true, mayStart: false });
    expect(await seen({ ...triggered, gold: 'continuous' })).toEqual({ isWanted: true, mayStart: true });
  });
});
