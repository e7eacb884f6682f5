import { z } from 'zod';
import { Layer, layers, Mode } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { getEffectiveModes, StreamRecord } from '../../medallion/runs/stream.ts';

export const ListedStream = StreamRecord.partial().extend({ layer: Layer, mode: Mode, paused: z.boolean().optional() });
export type ListedStream = z.infer<typeof ListedStream>;

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
