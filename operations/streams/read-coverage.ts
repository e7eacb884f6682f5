import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { getReportedVersions } from '../../medallion/files/report.ts';
import { Layer, Versions } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { findFirstCovering } from '../../medallion/releases/progress.ts';
import { getModes } from '../get-modes.ts';
import { readProgress } from '../read-progress.ts';
import { readReport } from '../read-report.ts';

export const Coverage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('covered'), versions: Versions }),
  z.object({ kind: z.enum(['waiting', 'switched']) }),
  z.object({ kind: z.literal('halted'), reason: z.string() }),
]);
export type Coverage = z.infer<typeof Coverage>;

/** `upstreamVersions` are those below that came of the batch. */
export const Wanted = z.object({ batch: BatchId, layer: Layer, upstreamVersions: Versions });
type Wanted = z.infer<typeof Wanted>;

/** Whether a layer's stream has taken in a batch, or for the upper layers the versions below that came of it. */
export async function readCoverage(
  ports: Pick<Ports, 'lake' | 'modes' | 'pipelineControl' | 'streams'>,
  wanted: Wanted,
): Promise<Coverage> {
  const versions = await findCoveringVersions(ports, wanted);
  if (versions) return { kind: 'covered', versions };
  const cancellation = await ports.pipelineControl.findCancellation(wanted.batch);
  if (cancellation !== undefined) return { kind: 'halted', reason: cancellation };
  if ((await getModes(ports))[wanted.layer] !== 'continuous') return { kind: 'switched' };
  const stream = (await ports.streams.list()).find(({ layer }) => layer === wanted.layer);
  if (stream?.state === 'halted') return { kind: 'halted', reason: stream.reason ?? 'Its stream is halted.' };
  return { kind: 'waiting' };
}

async function findCoveringVersions(
  ports: Pick<Ports, 'lake'>,
  { batch, layer, upstreamVersions }: Wanted,
): Promise<Versions | undefined> {
  if (layer !== 'bronze') return findFirstCovering(await readProgress(ports, layer), upstreamVersions)?.versions;
  const report = await readReport(ports, batch, layer);
  return report && getReportedVersions(report);
}
