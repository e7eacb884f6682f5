import type { Layer } from '../medallion/layer.ts';
import type { Ports } from '../medallion/ports/index.ts';
import { type ProgressEntry, parseProgress, progressPath } from '../medallion/releases/progress.ts';

/** The micro-batches of a layer, as its job wrote them down; newest last. */
export const readProgress = async ({ lake }: Pick<Ports, 'lake'>, layer: Layer): Promise<ProgressEntry[]> =>
  parseProgress(await lake.readControl(progressPath(layer)));
