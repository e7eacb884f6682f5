import type { Layer } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { StreamSettings } from '../../medallion/runs/stream.ts';

/** Changes the settings of streams. A halted stream that is resumed begins without failures. */
export async function updateStreamSettings(
  { streams }: Pick<Ports, 'streams'>,
  layers: readonly Layer[],
  settings: StreamSettings,
): Promise<void> {
  for (const layer of layers) {
    await streams.updateSettings(layer, settings);
    if (settings.paused !== false) continue;
    const stream = (await streams.list()).find((record) => record.layer === layer);
    if (stream?.state === 'halted') await streams.save({ ...stream, state: 'drained', failures: 0 });
  }
}
