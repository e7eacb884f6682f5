import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../orchestrations/activities/read-settings.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { triggered, tuning } from '../../support/samples.ts';

const read = async (ports = createFakePorts()) => readSettings.output.parse(await readSettings.bind(ports)({}));

describe('readSettings', () => {
  it('gives the limits and modes of the environment', async () => {
    expect(await read()).toEqual({ tuning, modes: triggered, isPublishing: false });
  });

  it('gives the modes that people have set, and whether releases are published', async () => {
    const ports = createFakePorts();
    await ports.streams.updateSettings('gold', { mode: 'continuous' });
    await ports.streams.setPublishing(true);
    expect(await read(ports)).toMatchObject({ modes: { ...triggered, gold: 'continuous' }, isPublishing: true });
  });
});
