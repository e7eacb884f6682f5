import { expect, it } from 'vitest';
import { readModes } from '../../../orchestrations/activities/read-modes.ts';
import { triggered } from '../../support/samples.ts';
import { smallWorld } from '../../support/world.ts';

it('readModes gives the modes of the environment with what was asked for, and whether releases are published', async () => {
  const registry = {
    settings: async () => ({ gold: { mode: 'continuous' as const } }),
    isPublishing: async () => true,
  };
  expect(await readModes.in(smallWorld({ registry }))({})).toEqual({
    modes: { ...triggered, gold: 'continuous' },
    isPublishing: true,
  });
});
