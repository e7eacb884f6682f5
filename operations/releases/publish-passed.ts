import { selectVersions } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { UnreleasedBatch } from '../../medallion/ports/unreleased-batches.ts';
import { isAtLeast } from '../../medallion/releases/progress.ts';
import type { Passed, PassedResult } from '../../medallion/releases/publish-result.ts';
import { type Rounds, toReleaseName } from '../../medallion/releases/release.ts';
import { publish } from './publish.ts';
import { findOpenRemoval } from './read-cut.ts';

type PublishPorts = Pick<
  Ports,
  'lake' | 'pipelineControl' | 'queue' | 'releases' | 'sqlWarehouse' | 'tables' | 'unreleasedBatches'
>;

/** Publishes what passed. Retained tables stay as readers see them now, as part of the new release. */
export async function publishPassed(ports: PublishPorts, passed: Passed, now: Date): Promise<PassedResult> {
  const { batch, retainedTables, verdict, versions } = passed;
  const release = toReleaseName(batch);
  const judged = Object.entries(selectVersions('gold', versions));
  const rounds = Object.fromEntries(judged.filter(([table]) => !retainedTables.includes(table)));
  const request = { release, publishedAs: release, batch, rounds, verdicts: JSON.stringify(verdict) };
  return publish(ports, request, now, (shown) => findObstacle(ports, passed, shown));
}

/** What a person has decided, or a rule, that keeps a release from being made. */
async function findObstacle(ports: PublishPorts, passed: Passed, shown: Rounds): Promise<PassedResult | undefined> {
  const { batch, versions } = passed;
  const isIncluded = ({ versions: loaded }: UnreleasedBatch) => loaded !== undefined && isAtLeast(versions, loaded);
  const [cancellation, pipeline, removal] = await Promise.all([
    ports.pipelineControl.findCancellation(batch),
    ports.pipelineControl.getState(),
    findOpenRemoval(ports, isIncluded),
  ]);
  if (cancellation !== undefined) return { kind: 'rejected', reason: `The run was cancelled: ${cancellation}` };
  if (pipeline?.state === 'paused' && !pipeline.mayPublish)
    return { kind: 'paused', reason: `Paused by ${pipeline.actor}: ${pipeline.reason}` };
  if (removal !== undefined) return { kind: 'blocked', reason: removal };
  return isAllRetained(passed, shown) ? { kind: 'retained' } : undefined;
}

/** Whether rules block tables, and nothing else has moved that readers could see. */
function isAllRetained({ retainedTables, versions }: Passed, shown: Rounds): boolean {
  if (retainedTables.length === 0) return false;
  const judged = Object.entries(selectVersions('gold', versions));
  const moved = judged.filter(([table, round]) => round !== (shown[table] ?? 0));
  return moved.every(([table]) => retainedTables.includes(table));
}
