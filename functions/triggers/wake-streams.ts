import type { DurableClient } from 'durable-functions';
import { layers } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { getEffectiveModes, isStreaming, isWanted } from '../../medallion/runs/stream.ts';
import { publisherId, supervisorId } from '../../orchestrations/names.ts';
import { isAlive, startOnce } from './start-once.ts';

/** Starts what supervises streams wherever one is wanted and nobody does. A halted stream stays halted. */
export async function wakeStreams(
  client: DurableClient,
  { modes, streams }: Pick<Ports, 'modes' | 'streams'>,
): Promise<void> {
  const settings = await streams.getSettings();
  const records = await streams.list();
  const effective = getEffectiveModes(modes, settings);
  for (const layer of layers) {
    const isHalted = records.some((stream) => stream.layer === layer && stream.state === 'halted');
    if (isWanted(layer, effective, settings) && !isHalted)
      await startOnce(client, 'superviseStream', supervisorId(layer), { layer });
  }
  if (isStreaming(effective)) await startOnce(client, 'publishStreams', publisherId, {});
  // Whoever published may have been ended from outside, and would keep the runs of batches waiting for ever.
  else if ((await streams.isPublishing()) && !(await isAlive(client, publisherId))) await streams.setPublishing(false);
}
