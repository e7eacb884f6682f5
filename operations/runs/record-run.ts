import { mergeDefinitions } from '../../medallion/contracts/definition.ts';
import type { BatchId } from '../../medallion/files/manifest.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { keepCancelledOut } from './exclude-unreleased.ts';

type RecordPorts = Pick<
  Ports,
  'definitions' | 'files' | 'lake' | 'pipelineControl' | 'runs' | 'tableDefinitions' | 'unreleasedBatches'
>;

/**
 * Keeps the run's record where people and the API can read it. A run that failed because somebody ended it was cancelled;
 * a release is recorded with the definitions that computed its tables. `toldBatches` are those of whose files people know:
 * a release closes them, and after another run they wait for one. Answers with what was recorded.
 */
export async function recordRun(
  ports: RecordPorts,
  run: RunRecord,
  toldBatches: readonly BatchId[] = [],
): Promise<RunRecord> {
  if (run.outcome === 'published') {
    const recorded = await ports.tableDefinitions.get();
    const definitions = mergeDefinitions(recorded, ports.definitions, run.rebuilt ?? []);
    await save(ports, { ...run, definitions });
    await ports.tableDefinitions.save(definitions);
    await ports.unreleasedBatches.markReleased(toldBatches);
    return run;
  }
  const reason = run.outcome === 'failed' ? await ports.pipelineControl.findCancellation(run.batch) : undefined;
  const ended = reason === undefined ? run : { ...run, outcome: 'cancelled' as const, reason };
  await save(ports, ended);
  await ports.unreleasedBatches.markTold(toldBatches);
  // Who cancels a run looks for its end after that, and this looks for a cancellation after the end: one sees the other.
  if (run.outcome !== 'running') await keepCancelledOut(ports, run.batch);
  return ended;
}

/** Whether a run has ended since it had this record. One that is taken up again has begun after that. */
const isLate = (run: RunRecord, { endedAt, outcome }: RunRecord): boolean =>
  run.outcome === 'running' && outcome !== 'running' && endedAt !== undefined && run.startedAt < endedAt;

/**
 * An activity may be done twice, and the second time late. It does not take back that a person has skipped the run, or
 * that a release has carried its files. A run that is taken up again, since its instance was terminated, has lasted from its
 * first start.
 */
async function save({ runs }: Pick<Ports, 'runs'>, run: RunRecord): Promise<void> {
  let isNew = true;
  await runs.update(run.batch, (current) => {
    isNew = false;
    const isDecided = current.outcome === 'skipped' || current.release !== undefined;
    if (isLate(run, current) || (isDecided && run.outcome !== 'published')) return undefined;
    return { ...run, startedAt: current.startedAt };
  });
  if (isNew) await runs.save(run);
}
