import type { Layer } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { StreamSettings } from '../../medallion/runs/stream.ts';
import type { Rejected } from '../rejected.ts';

/**
 * A layer that was deployed as triggered runs on serverless compute with a time limit. A loop there is billed all day and
 * ended every few hours. A layer that was deployed as continuous has a cluster, which serves both modes.
 */
export function rejectUnfitMode(
  { isComputeDeployed, modes }: Pick<Ports, 'isComputeDeployed' | 'modes'>,
  layers: readonly Layer[],
  { mode }: StreamSettings,
): Rejected | undefined {
  const unfit = layers.filter((layer) => isComputeDeployed && mode === 'continuous' && modes[layer] === 'triggered');
  if (unfit.length === 0) return undefined;
  const names = unfit.map((layer) => `'${layer}'`).join(', ');
  return {
    kind: 'rejected',
    code: 'conflict',
    reason: `The compute of ${names} was deployed for the mode 'triggered'. Set 'modes' in the environment file and deploy.`,
  };
}

/** Changes the settings of streams. A halted stream that is resumed begins without failures. */
export async function updateStreamSettings(
  { streams }: Pick<Ports, 'streams'>,
  layers: readonly Layer[],
  settings: StreamSettings,
): Promise<void> {
  for (const layer of layers) {
    await streams.updateSettings(layer, settings);
    if (settings.paused !== false) continue;
    await streams.update(layer, (stream) =>
      stream.state === 'halted' ? { ...stream, state: 'drained', failures: 0 } : undefined,
    );
  }
}
