import { z } from 'zod';
import { BatchId, reportPath } from '../../medallion/files/manifest.ts';
import { JobReport, versionsOf } from '../../medallion/files/report.ts';
import { Layer, Versions } from '../../medallion/layer.ts';
import { activity } from '../activity.ts';

const Report = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('found'), versions: Versions }),
  z.object({ kind: z.literal('missing'), because: z.string() }),
]);

/** A job's report, without its files: of those there may be thousands, and history is no place for them. */
export const readReport = activity({
  name: 'readReport',
  input: z.object({ batch: BatchId, layer: Layer }),
  output: Report,
  perform: async ({ lake }, { batch, layer }): Promise<z.input<typeof Report>> => {
    const path = reportPath(batch, layer);
    const text = await lake.readControl(path);
    if (text === undefined)
      return { kind: 'missing', because: `The ${layer} job ended well but left no report at '${path}'.` };
    return { kind: 'found', versions: versionsOf(JobReport.parse(JSON.parse(text))) };
  },
});
