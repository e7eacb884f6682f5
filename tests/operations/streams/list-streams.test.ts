import { expect, it } from 'vitest';
import { listStreams } from '../../../operations/streams/list-streams.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { stream } from '../../support/samples.ts';

it('listStreams gives the mode of each layer, and where its stream is if it has had one', async () => {
  const ports = createFakePorts();
  expect(await listStreams(ports)).toEqual([
    { layer: 'bronze', mode: 'triggered' },
    { layer: 'silver', mode: 'triggered' },
    { layer: 'gold', mode: 'triggered' },
  ]);
  await ports.streams.save(stream);
  await ports.streams.updateSettings('gold', { mode: 'continuous' });
  await ports.streams.updateSettings('silver', { mode: 'continuous', paused: true });
  await ports.streams.updateSettings('bronze', { paused: false });
  expect(await listStreams(ports)).toEqual([
    { layer: 'bronze', mode: 'triggered' },
    { layer: 'silver', mode: 'continuous', paused: true },
    { ...stream, layer: 'gold', mode: 'continuous' },
  ]);
});
