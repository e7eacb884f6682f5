import type { Modes } from '../medallion/layer.ts';
import type { Ports } from '../medallion/ports/index.ts';
import { getEffectiveModes } from '../medallion/runs/stream.ts';

/** The modes of the layers: what people have set, and else what the environment says. */
export const getModes = async ({ modes, streams }: Pick<Ports, 'modes' | 'streams'>): Promise<Modes> =>
  getEffectiveModes(modes, await streams.getSettings());
