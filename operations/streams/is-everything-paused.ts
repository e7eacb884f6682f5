import { layers } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { getEffectiveModes, isWanted } from '../../medallion/runs/stream.ts';

const aliveStates = ['running', 'restarting', 'draining'];

/** Whether pipeline and streams are all paused and at rest, as before a deployment. Nothing is published then, either. */
export async function isEverythingPaused({
  modes,
  pipelineControl,
  streams,
}: Pick<Ports, 'modes' | 'pipelineControl' | 'streams'>): Promise<boolean> {
  if ((await pipelineControl.getState())?.state !== 'paused') return false;
  const settings = await streams.getSettings();
  const effective = getEffectiveModes(modes, settings);
  if (layers.some((layer) => isWanted(layer, effective, settings))) return false;
  return !(await streams.list()).some(({ state }) => aliveStates.includes(state));
}
