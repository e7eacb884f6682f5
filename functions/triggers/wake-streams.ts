import type { DurableClient } from 'durable-functions';
import { layers } from '../../medallion/layer.ts';
import type { World } from '../../medallion/ports/world.ts';
import { isStreaming, isWanted, modesFrom } from '../../medallion/runs/stream.ts';
import { isAlive, startOnce } from './start-once.ts';

const publisherId = 'streams-publisher';

/** Starts what looks after streams wherever one is wanted and nobody does. A stream that was given up stays so. */
export async function wakeStreams(
  client: DurableClient,
  {
    modes,
    registry,
  }: {
    modes: World['modes'];
    registry: Pick<World['registry'], 'wishes' | 'streams' | 'isPublishing' | 'setPublishing'>;
  },
): Promise<void> {
  const [wishes, known] = await Promise.all([registry.wishes(), registry.streams()]);
  const wanted = modesFrom(modes, wishes);
  for (const layer of layers) {
    const isHalted = known.some((stream) => stream.layer === layer && stream.state === 'halted');
    if (isWanted(layer, wanted, wishes) && !isHalted)
      await startOnce(client, 'superviseStream', `stream-${layer}`, { layer });
  }
  if (isStreaming(wanted)) await startOnce(client, 'publishStreams', publisherId, {});
  // Whoever published may have been ended from outside, and would keep the runs of batches waiting for ever.
  else if ((await registry.isPublishing()) && !(await isAlive(client, publisherId)))
    await registry.setPublishing(false);
}
