import { type Layer, layers, type Mode } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { getEffectiveModes, type StreamRecord } from '../../medallion/runs/stream.ts';

export type ListedStream = Partial<StreamRecord> & {
  readonly layer: Layer;
  readonly mode: Mode;
  readonly paused?: boolean;
};

/** The mode of each layer, and where its stream is if it has had one. */
export async function listStreams({ modes, streams }: Pick<Ports, 'modes' | 'streams'>): Promise<ListedStream[]> {
  const settings = await streams.getSettings();
  const records = await streams.list();
  const effective = getEffectiveModes(modes, settings);
  return layers.map((layer) => ({
    ...records.find((stream) => stream.layer === layer),
    layer,
    mode: effective[layer],
    ...(settings[layer]?.paused ? { paused: true } : {}),
  }));
}
