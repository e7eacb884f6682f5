import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { Versions, versionsOn } from '../../medallion/layer.ts';
import type { Answer, World } from '../../medallion/ports/world.ts';
import { Verdict } from '../../medallion/quality/verdict.ts';
import {
  currentReleaseStatement,
  type Publication,
  releaseOf,
  releaseStatement,
  versionsIn,
  viewStatement,
} from '../../medallion/releases/release.ts';
import { activity } from '../activity.ts';

export const Published = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('published'), release: z.string() }),
  z.object({ kind: z.literal('refused'), because: z.string() }),
]);
type Published = z.input<typeof Published>;

/**
 * Points every gold view at the version that was judged, then records the release. Tables that are held stay at the version
 * that readers see now, as part of the new release. Doing it twice changes nothing.
 */
export const publishRelease = activity({
  name: 'publishRelease',
  input: z.object({ batch: BatchId, versions: Versions, verdict: Verdict, held: z.array(z.string()).default([]) }),
  output: Published,
  perform: async (world, { batch, held, versions, verdict }): Promise<Published> => {
    const kept = held.length > 0 ? await world.warehouse.ask(currentReleaseStatement) : nothing;
    if (kept.kind === 'refused') return refused(kept);
    const current = versionsIn(kept.rows);
    const judged = versionsOn('gold', versions);
    const stay = Object.fromEntries(held.map((table) => [table, current[table] ?? 0]));
    const publication = { release: releaseOf(batch), batch, versions: { ...judged, ...stay } };
    return publish(world, { ...publication, verdicts: JSON.stringify(verdict) });
  },
});

const nothing: Answer = { kind: 'rows', rows: [] };

const refused = ({ because }: { readonly because: string }): Published => ({
  kind: 'refused',
  because: `Publishing was refused: ${because}`,
});

/** The views side by side, each in one step, and the record last: who finds it finds the views as it says. */
export async function publish(world: World, publication: Publication): Promise<Published> {
  const no =
    (await refusalOf(world, viewsOf(world, publication))) ?? (await refusalOf(world, [releaseStatement(publication)]));
  return no ? refused(no) : { kind: 'published', release: publication.release };
}

async function refusalOf({ warehouse }: World, statements: readonly string[]) {
  const answers = await Promise.all(statements.map((statement) => warehouse.ask(statement)));
  return answers.find((answer) => answer.kind === 'refused');
}

function viewsOf({ tables }: World, { release, versions }: Publication): string[] {
  const golds = tables.filter(({ layer }) => layer === 'gold');
  return golds.flatMap((gold) => {
    const version = versions[gold.table];
    return version === undefined ? [] : [viewStatement(gold, version, release)];
  });
}
