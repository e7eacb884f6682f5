import type { Ports } from '../../medallion/ports/index.ts';
import type { PublishResult } from '../../medallion/releases/publish-result.ts';
import { isRejected, type Rejected } from '../rejected.ts';
import { type RollBack, rollBack } from './roll-back.ts';

/**
 * Rolls back, and pauses the pipeline before, so that no run publishes over it until a person resumes the pipeline. What
 * cannot be rolled back leaves the pipeline as it was. Whoever is killed in between leaves it paused.
 */
export async function rollBackAndPause(
  ports: Pick<Ports, 'pipelineControl' | 'releases' | 'sqlWarehouse' | 'tables'>,
  request: RollBack,
  now: Date,
): Promise<PublishResult | Rejected> {
  const { actor, reason, release } = request;
  const at = now.toISOString();
  const before = (await ports.pipelineControl.getState()) ?? { state: 'running', actor, reason, at };
  await ports.pipelineControl.setState({
    state: 'paused',
    actor,
    reason: `Rolled back to '${release}': ${reason}`,
    at,
  });
  const result = await rollBack(ports, request, now);
  if (isRejected(result) || result.kind !== 'published') await ports.pipelineControl.setState(before);
  return result;
}
