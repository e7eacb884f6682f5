import { type BatchId, reportPath } from '../medallion/files/manifest.ts';
import { JobReport } from '../medallion/files/report.ts';
import type { Layer } from '../medallion/layer.ts';
import type { Ports } from '../medallion/ports/index.ts';

/** What a job says it did; `undefined` as long as it has said nothing. */
export async function readReport(
  { lake }: Pick<Ports, 'lake'>,
  batch: BatchId,
  layer: Layer,
): Promise<JobReport | undefined> {
  const text = await lake.readControl(reportPath(batch, layer));
  return text === undefined ? undefined : JobReport.parse(JSON.parse(text));
}
