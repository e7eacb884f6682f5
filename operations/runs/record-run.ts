import { mergeDefinitions } from '../../medallion/contracts/definition.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';

/**
 * Keeps the run's record where people and the API can read it. A run that failed because somebody ended it was cancelled;
 * a release is recorded with the definitions that computed its tables. Answers with what was recorded.
 */
export async function recordRun(
  {
    definitions,
    pipelineControl,
    runs,
    tableDefinitions,
  }: Pick<Ports, 'definitions' | 'pipelineControl' | 'runs' | 'tableDefinitions'>,
  run: RunRecord,
): Promise<RunRecord> {
  const cancellation = run.outcome === 'failed' ? await pipelineControl.findCancellation(run.batch) : undefined;
  if (cancellation !== undefined) {
    const cancelled = { ...run, outcome: 'cancelled' as const, reason: cancellation };
    await runs.save(cancelled);
    return cancelled;
  }
  if (run.outcome !== 'published') {
    await runs.save(run);
    return run;
  }
  const computed = mergeDefinitions(await tableDefinitions.get(), definitions, run.rebuilt ?? []);
  await runs.save({ ...run, definitions: computed });
  await tableDefinitions.save(computed);
  return run;
}
