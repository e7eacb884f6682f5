import { describe, expect, it } from 'vitest';
import { rejectUnfitMode, updateStreamSettings } from '../../../operations/streams/update-settings.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { stream } from '../../support/samples.ts';

describe('updateStreamSettings', () => {
  it('changes what it names, for each layer that it names', async () => {
    const ports = createFakePorts();
    await updateStreamSettings(ports, ['silver', 'gold'], { mode: 'continuous' });
    await updateStreamSettings(ports, ['gold'], { paused: true });
    expect(await ports.streams.getSettings()).toEqual({
      silver: { mode: 'continuous' },
      gold: { mode: 'continuous', paused: true },
    });
  });

  it('lets a halted stream that is resumed begin without failures', async () => {
    const ports = createFakePorts();
    await ports.streams.save({ ...stream, state: 'halted', failures: 4 });
    await updateStreamSettings(ports, ['silver', 'gold'], { paused: false });
    expect(await ports.streams.list()).toEqual([{ ...stream, state: 'drained', failures: 0 }]);
  });

  it.for([
    ['another change', 'halted', { mode: 'continuous' }],
    ['a pause', 'halted', { paused: true }],
    ['a resume of one that runs', 'running', { paused: false }],
  ] as const)('leaves the stream as it is at %s', async ([, state, settings]) => {
    const ports = createFakePorts();
    const before = { ...stream, state, failures: 2 };
    await ports.streams.save(before);
    await updateStreamSettings(ports, ['gold'], settings);
    expect(await ports.streams.list()).toEqual([before]);
  });
});

describe('rejectUnfitMode', () => {
  const modes = { bronze: 'triggered', silver: 'continuous', gold: 'triggered' } as const;
  const deployed = createFakePorts({ modes, isComputeDeployed: true });

  it('rejects a loop on compute that was deployed for runs that end, and names the layers', () => {
    expect(rejectUnfitMode(deployed, ['bronze', 'silver', 'gold'], { mode: 'continuous' })).toEqual({
      kind: 'rejected',
      code: 'conflict',
      reason:
        "The compute of 'bronze', 'gold' was deployed for the mode 'triggered'. Set 'modes' in the environment file and deploy.",
    });
  });

  it.for([
    ['a layer that has a cluster', ['silver'], { mode: 'continuous' }],
    ['a switch to runs that end', ['bronze', 'silver'], { mode: 'triggered' }],
    ['a pause', ['bronze'], { paused: true }],
  ] as const)('accepts %s', ([, layers, settings]) => {
    expect(rejectUnfitMode(deployed, layers, settings)).toBeUndefined();
  });

  it('accepts every mode on one machine, where all layers run on the same Spark', () => {
    expect(rejectUnfitMode(createFakePorts({ modes }), ['bronze'], { mode: 'continuous' })).toBeUndefined();
  });
});
