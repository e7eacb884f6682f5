import type { Layer } from '../medallion/layer.ts';
import type { Ports } from '../medallion/ports/index.ts';
import { type ProgressEntry, parseProgress, progressFolder } from '../medallion/releases/progress.ts';
import { readNewest } from './read-newest.ts';

/** The micro-batches of a layer, as its job wrote them down; newest last. */
export const readProgress = async (ports: Pick<Ports, 'lake'>, layer: Layer): Promise<ProgressEntry[]> =>
  parseProgress(await readNewest(ports, progressFolder(layer)));
