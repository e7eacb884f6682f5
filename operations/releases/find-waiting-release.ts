import type { Ports } from '../../medallion/ports/index.ts';
import type { WaitingRelease } from '../../medallion/releases/waiting-release.ts';

/** What the publisher before has left: its last run, if readers do not see it. */
export async function findWaitingRelease({ runs }: Pick<Ports, 'runs'>): Promise<WaitingRelease | undefined> {
  const last = await runs.lastEnded();
  if (last?.batches === undefined || last.reason === undefined) return undefined;
  if (last.outcome !== 'blocked' && last.outcome !== 'failed') return undefined;
  const { batch, batches, reason, startedAt } = last;
  return { batch, startedAt, reason, batches: batches.length };
}
