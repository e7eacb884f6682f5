import type { Ports } from '../../medallion/ports/index.ts';
import type { PublishResult } from '../../medallion/releases/publish-result.ts';
import type { PipelineState } from '../../medallion/runs/pipeline-state.ts';
import { isRejected, type Rejected } from '../rejected.ts';
import { type RollBack, rollBack } from './roll-back.ts';
import { waitForPublication } from './wait-for-publication.ts';

/**
 * Rolls back, and pauses the pipeline before, so that no run publishes over it until a person resumes the pipeline. What
 * cannot be rolled back leaves the pipeline as it was, or as somebody else has set it meanwhile. Whoever is killed in
 * between leaves it paused.
 */
export async function rollBackAndPause(
  ports: Pick<Ports, 'pipelineControl' | 'releases' | 'sqlWarehouse' | 'tables'>,
  request: RollBack,
  now: () => Date,
): Promise<PublishResult | Rejected> {
  const { actor, reason, release } = request;
  const at = now().toISOString();
  let before: PipelineState = { state: 'running', actor, reason, at };
  const paused: PipelineState = { state: 'paused', actor, reason: `Rolled back to '${release}': ${reason}`, at };
  await ports.pipelineControl.updateState((current) => {
    before = current ?? before;
    return paused;
  });
  await waitForPublication(ports, now);
  const result = await rollBack(ports, request, now());
  const isOwn = (current: PipelineState | undefined) => current?.at === at && current.reason === paused.reason;
  if (isRejected(result) || result.kind !== 'published')
    await ports.pipelineControl.updateState((current) => (isOwn(current) ? before : undefined));
  return result;
}
