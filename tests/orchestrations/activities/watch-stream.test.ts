import { describe, expect, it } from 'vitest';
import { watchStream } from '../../../orchestrations/activities/watch-stream.ts';
import { continuous } from '../../support/samples.ts';
import { smallWorld } from '../../support/world.ts';

describe('watchStream', () => {
  it('says where the run is, and whether it is still wanted', async () => {
    const small = smallWorld({ registry: { wishes: async () => ({ gold: { drained: true } }) } });
    const stateOf = async () => ({ state: 'active' as const, detail: 'running' });
    const world = { ...small, modes: continuous, jobs: { ...small.jobs, stateOf } };

    expect(await watchStream.in(world)({ layer: 'silver', jobRun: '42' })).toEqual({
      isWanted: true,
      job: { state: 'active', detail: 'running' },
    });
    expect(await watchStream.in(world)({ layer: 'gold', jobRun: '42' })).toMatchObject({ isWanted: false });
  });

  it('asks for no run where there is none', async () => {
    expect(await watchStream.in(smallWorld({}))({ layer: 'gold' })).toEqual({ isWanted: false });
  });
});
