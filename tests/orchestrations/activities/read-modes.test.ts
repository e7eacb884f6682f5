import { expect, it } from 'vitest';
import { readModes } from '../../../orchestrations/activities/read-modes.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { triggered } from '../../support/samples.ts';

it('readModes gives the modes of the environment with what was asked for, and whether releases are published', async () => {
  const registry = {
    settings: async () => ({ gold: { mode: 'continuous' as const } }),
    isPublishing: async () => true,
  };
  expect(await readModes.in(createFakePorts({ registry }))({})).toEqual({
    modes: { ...triggered, gold: 'continuous' },
    isPublishing: true,
  });
});
