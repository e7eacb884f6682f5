import { expect, it } from 'vitest';
import { createStreams } from '../../../cloud/table-storage/streams.ts';
import type { StreamRecord } from '../../../medallion/runs/stream.ts';
import { stream } from '../../support/samples.ts';
import { describeOnTables } from '../../support/table-services.ts';

describeOnTables('streams', (openTable) => {
  const open = () => createStreams(openTable());
  let saving: Promise<void> | undefined;

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

  it('are changed as they are now, whoever else changes them at the same time', async () => {
    const streams = open();
    const change = (state: StreamRecord) => (state.state === 'halted' ? { ...state, failures: 0 } : undefined);
    await streams.update('gold', change);
    expect(await streams.list()).toEqual([]);
    await streams.save({ ...stream, state: 'halted', failures: 3 });
    const newer = { ...stream, state: 'running' as const, attempt: 2 };
    let looks = 0;
    await streams.update('gold', (current) => {
      // The supervisor has started the stream again, in between.
      if (looks++ === 0) saving = streams.save(newer);
      return change(current);
    });
    await saving;
    expect([await streams.list(), looks > 0]).toEqual([[newer], true]);
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
