import { z } from 'zod';
import { BatchId, reportFolder } from '../../medallion/files/manifest.ts';
import { getReportedVersions } from '../../medallion/files/report.ts';
import { Layer, Versions } from '../../medallion/layer.ts';
import { listWronglySuperseded } from '../../operations/intake/list-wrongly-superseded.ts';
import { readReport as read } from '../../operations/read-report.ts';
import { activity } from '../activity.ts';

const Report = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('present'), versions: Versions }),
  z.object({ kind: z.enum(['missing', 'wrong']), reason: z.string() }),
]);

const deploy = 'Deploy the jobs of the same release, then retry the run.';
const cure = 'Look at what its report says of them, then retry the run.';

/** A job's report, without its files: of those there may be thousands, and history is no place for them. */
export const readReport = activity({
  name: 'readReport',
  input: z.object({ batch: BatchId, layer: Layer }),
  output: Report,
  run: async (ports, { batch, layer }): Promise<z.input<typeof Report>> => {
    const report = await read(ports, batch, layer);
    if (!report) {
      const folder = reportFolder(batch, layer);
      const reason = `The ${layer} job succeeded but left no report in '${folder}' that this operator can read. ${deploy}`;
      return { kind: 'missing', reason };
    }
    if (report.wheel && report.wheel !== ports.version) {
      const reason = `The ${layer} job ran the code of '${report.wheel}', and the operator is '${ports.version}'. ${deploy}`;
      return { kind: 'wrong', reason };
    }
    const [path, ...others] = await listWronglySuperseded(ports, report);
    if (path === undefined) return { kind: 'present', versions: getReportedVersions(report) };
    const count = others.length === 0 ? '' : ` and ${others.length} other files`;
    return { kind: 'wrong', reason: `The ${layer} job did not load '${path}'${count}, which did not change. ${cure}` };
  },
});
