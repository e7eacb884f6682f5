import type { DurableClient } from 'durable-functions';
import { layers } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { getEffectiveModes, isStreaming, isWanted } from '../../medallion/runs/stream.ts';
import { isEverythingPaused } from '../../operations/streams/is-everything-paused.ts';
import { publisherId, supervisorId } from '../../orchestrations/names.ts';
import { isAlive, startOnce } from './start-once.ts';

/**
 * Starts what supervises streams wherever one is wanted and nobody does, and who publishes. A halted stream stays halted,
 * and while pipeline and streams are all paused nobody publishes.
 */
export async function wakeStreams(
  client: DurableClient,
  ports: Pick<Ports, 'modes' | 'pipelineControl' | 'streams'>,
): Promise<void> {
  const { modes, streams } = ports;
  const settings = await streams.getSettings();
  const records = await streams.list();
  const effective = getEffectiveModes(modes, settings);
  for (const layer of layers) {
    const isHalted = records.some((stream) => stream.layer === layer && stream.state === 'halted');
    if (isWanted(layer, effective, settings) && !isHalted)
      await startOnce(client, 'superviseStream', supervisorId(layer), { layer });
  }
  const isPublisherWanted = isStreaming(effective) && !(await isEverythingPaused(ports));
  if (isPublisherWanted) await startOnce(client, 'publishStreams', publisherId, {});
  // Whoever published may have been ended from outside, and would keep the runs of batches waiting for ever.
  else if ((await streams.isPublishing()) && !(await isAlive(client, publisherId))) await streams.setPublishing(false);
}
