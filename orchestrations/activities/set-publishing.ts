import { z } from 'zod';
import { WaitingRelease } from '../../medallion/releases/waiting-release.ts';
import { findWaitingRelease } from '../../operations/releases/find-waiting-release.ts';
import { activity } from '../activity.ts';

/**
 * Says whether the releases of the streams are being published: a run of a batch must not publish in between. Answers with
 * the release that the publisher before has left.
 */
export const setPublishing = activity({
  name: 'setPublishing',
  input: z.object({ isPublishing: z.boolean() }),
  // Orchestrations that began under an older release have no answer in their history.
  output: z.object({ waiting: WaitingRelease.optional() }).nullish(),
  run: async ({ runs, streams }, { isPublishing }) => {
    await streams.setPublishing(isPublishing);
    return { waiting: await findWaitingRelease({ runs }) };
  },
});
