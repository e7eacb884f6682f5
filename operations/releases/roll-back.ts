import type { Ports } from '../../medallion/ports/index.ts';
import type { PublishResult } from '../../medallion/releases/publish-result.ts';
import { listMoves } from '../../medallion/releases/release.ts';
import { isRejected, type Rejected } from '../rejected.ts';
import { publish } from './publish.ts';
import { findLostChanges, readRounds } from './read-rounds.ts';
import { readPublishedState } from './read-state.ts';

export interface RollBack {
  readonly release: string;
  /** A name of its own: what readers saw in between stays on record. */
  readonly publishedAs: string;
  readonly actor: string;
  readonly reason: string;
}

/**
 * Shows readers another release again: each table goes back, or forward, by the changes in between. Rejected before
 * anything moves when there is no such release, or when some of these changes are no longer kept.
 */
export async function rollBack(
  ports: Pick<Ports, 'releases' | 'sqlWarehouse' | 'tables'>,
  request: RollBack,
  now: Date,
): Promise<PublishResult | Rejected> {
  const { actor, publishedAs, reason, release } = request;
  const target = await readRounds(ports, release);
  if (isRejected(target)) return target;
  const current = await readPublishedState(ports);
  if (isRejected(current)) return current;
  const from = current.state.rounds;
  const lost = await findLostChanges(ports, listMoves({ from, to: target.rounds }));
  if (lost) return lost;
  const { batch, rounds } = target;
  const verdicts = JSON.stringify({ rollBackTo: release, actor, reason });
  return publish(ports, { release, publishedAs, batch, rounds, verdicts }, now);
}
