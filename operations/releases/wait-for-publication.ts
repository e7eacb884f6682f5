import type { Ports } from '../../medallion/ports/index.ts';
import type { Publication } from '../../medallion/releases/release.ts';
import { recallPublishers } from './recall-publishers.ts';

/** A publication takes seconds. A request that waits for one is answered long before whoever sent it gives up. */
const maxLooks = 30;
const pauseMilliseconds = 2000;

/**
 * Recalls publishers, and waits until nobody publishes, for a minute at most. Answers with the publication that is on its
 * way even then. One that nobody is at work at is not waited for: the next publisher brings it to its end.
 */
export async function waitForPublication(
  { releases }: Pick<Ports, 'releases'>,
  now: () => Date,
): Promise<Publication | undefined> {
  await recallPublishers({ releases });
  for (let look = 0; ; look++) {
    const publishing = (await releases.get())?.state.publishing;
    const isAtWork = publishing !== undefined && Date.parse(publishing.until) > now().getTime();
    if (!isAtWork || look === maxLooks) return publishing;
    await new Promise<void>((resolve) => setTimeout(resolve, pauseMilliseconds));
  }
}
