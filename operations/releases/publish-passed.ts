import { selectVersions } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { Passed, PassedResult } from '../../medallion/releases/publish-result.ts';
import { toReleaseName } from '../../medallion/releases/release.ts';
import { publish } from './publish.ts';

/** Publishes what passed. Retained tables stay as readers see them now, as part of the new release. */
export async function publishPassed(
  ports: Pick<Ports, 'pipelineControl' | 'releases' | 'sqlWarehouse' | 'tables'>,
  { batch, retainedTables, verdict, versions }: Passed,
  now: Date,
): Promise<PassedResult> {
  const cancellation = await ports.pipelineControl.findCancellation(batch);
  if (cancellation !== undefined) return { kind: 'rejected', reason: `The run was cancelled: ${cancellation}` };
  const pipeline = await ports.pipelineControl.getState();
  if (pipeline?.state === 'paused' && !pipeline.mayPublish)
    return { kind: 'paused', reason: `Paused by ${pipeline.actor}: ${pipeline.reason}` };
  const judged = Object.entries(selectVersions('gold', versions));
  const rounds = Object.fromEntries(judged.filter(([table]) => !retainedTables.includes(table)));
  const release = toReleaseName(batch);
  return publish(ports, { release, publishedAs: release, batch, rounds, verdicts: JSON.stringify(verdict) }, now);
}
