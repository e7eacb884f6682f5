import { expect, it } from 'vitest';
import { createStreams } from '../../../cloud/table-storage/streams.ts';
import { stream } from '../../support/samples.ts';
import { describeOnTables } from '../../support/table-services.ts';

describeOnTables('streams', (openTable) => {
  const open = () => createStreams(openTable());

  it('have settings that add up, each layer by itself', async () => {
    const streams = open();
    expect(await streams.getSettings()).toEqual({});
    await streams.updateSettings('gold', { mode: 'continuous' });
    await streams.updateSettings('gold', { paused: true });
    await streams.updateSettings('silver', { paused: false });
    expect(await streams.getSettings()).toEqual({
      gold: { mode: 'continuous', paused: true },
      silver: { paused: false },
    });
  });

  it('are as they were saved last', async () => {
    const streams = open();
    expect(await streams.list()).toEqual([]);
    await streams.save(stream);
    const halted = { ...stream, state: 'halted' as const, reason: 'It broke.' };
    await streams.save(halted);
    expect(await streams.list()).toEqual([halted]);
  });

  it('may be set to publish twice, and back twice', async () => {
    const streams = open();
    expect(await streams.isPublishing()).toBe(false);
    for (const isPublishing of [true, true, false, false]) {
      await streams.setPublishing(isPublishing);
      expect(await streams.isPublishing()).toBe(isPublishing);
    }
  });
});
