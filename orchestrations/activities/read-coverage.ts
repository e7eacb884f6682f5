import { z } from 'zod';
import { BatchId, reportPath } from '../../medallion/files/manifest.ts';
import { JobReport, versionsOf } from '../../medallion/files/report.ts';
import { Layer, Versions } from '../../medallion/layer.ts';
import type { World } from '../../medallion/ports/world.ts';
import { entriesIn, firstAbove, progressPath } from '../../medallion/releases/progress.ts';
import { modesFrom } from '../../medallion/runs/stream.ts';
import { activity } from '../activity.ts';

const Coverage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('covered'), versions: Versions }),
  z.object({ kind: z.literal('waiting') }),
  z.object({ kind: z.literal('switched') }),
  z.object({ kind: z.literal('given up'), because: z.string() }),
]);

/** Whether a layer's stream has taken in a batch, or for the upper layers the versions below that came of it. */
export const readCoverage = activity({
  name: 'readCoverage',
  input: z.object({ batch: BatchId, layer: Layer, below: Versions }),
  output: Coverage,
  perform: async (world, { batch, below, layer }): Promise<z.input<typeof Coverage>> => {
    const versions = await coveredBy(world, layer, batch, below);
    if (versions) return { kind: 'covered', versions };
    if (modesFrom(world.modes, await world.registry.wishes())[layer] !== 'continuous') return { kind: 'switched' };
    const stream = (await world.registry.streams()).find((record) => record.layer === layer);
    if (stream?.state === 'halted') return { kind: 'given up', because: stream.because ?? 'Its stream is halted.' };
    return { kind: 'waiting' };
  },
});

async function coveredBy({ lake }: World, layer: Layer, batch: BatchId, below: Versions) {
  if (layer !== 'bronze') return firstAbove(entriesIn(await lake.readControl(progressPath(layer))), below)?.versions;
  const text = await lake.readControl(reportPath(batch, layer));
  return text === undefined ? undefined : versionsOf(JobReport.parse(JSON.parse(text)));
}
