import { z } from 'zod';
import { daysKept, releasedStatement, versionsIn } from '../../medallion/releases/release.ts';
import { Published, publish } from '../../orchestrations/activities/publish-release.ts';
import { activity } from '../../orchestrations/activity.ts';

/**
 * Shows readers an older release again, under a name of its own: what they saw in between stays on record. Refused when
 * there is no such release or when its files may be gone. Doing it twice changes nothing.
 */
export const publishAgain = activity({
  name: 'publishAgain',
  input: z.object({ release: z.string(), as: z.string(), by: z.string(), because: z.string() }),
  output: Published,
  perform: async (world, { as, because, by, release }): Promise<z.input<typeof Published>> => {
    const known = await world.warehouse.ask(releasedStatement(release));
    if (known.kind === 'refused') return known;
    const [first] = known.rows;
    if (!first) return { kind: 'refused', because: `There is no release '${release}'. 'ops.releases' lists them.` };
    if (known.rows.some((row) => row['is_kept'] !== true))
      return {
        kind: 'refused',
        because: `Release '${release}' is older than ${daysKept} days, and its files may be gone. Reprocess instead.`,
      };
    const verdicts = JSON.stringify({ again: release, by, because });
    return publish(world, { release: as, batch: String(first['batch']), versions: versionsIn(known.rows), verdicts });
  },
});
