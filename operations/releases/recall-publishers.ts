import type { Ports } from '../../medallion/ports/index.ts';

/**
 * Called after a decision against publishing is stored, and before it is answered: whoever has looked whether it may
 * publish, and has not begun, has to look again. What has begun comes to its end.
 */
export async function recallPublishers({ releases }: Pick<Ports, 'releases'>): Promise<void> {
  const stored = await releases.get();
  if (stored === undefined || stored.state.publishing !== undefined) return;
  // If somebody else writes first, the looks of before are out of date as well.
  await releases.replace(stored.etag, stored.state);
}
