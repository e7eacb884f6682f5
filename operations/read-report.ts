import { type BatchId, reportFolder } from '../medallion/files/manifest.ts';
import { JobReport } from '../medallion/files/report.ts';
import type { Layer } from '../medallion/layer.ts';
import type { Ports } from '../medallion/ports/index.ts';
import { readNewest } from './read-newest.ts';

/** What a job says it did; `undefined` as long as it has said nothing, or nothing that this operator understands. */
export async function readReport(
  ports: Pick<Ports, 'lake'>,
  batch: BatchId,
  layer: Layer,
): Promise<JobReport | undefined> {
  const content = await readNewest(ports, reportFolder(batch, layer));
  return JobReport.safeParse(content).data;
}
