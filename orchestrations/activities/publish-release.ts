import { z } from 'zod';
import { Versions } from '../../medallion/layer.ts';
import { BatchId } from '../../medallion/manifest.ts';
import { releaseOf, releaseStatement, viewStatement } from '../../medallion/release.ts';
import { Verdict } from '../../medallion/verdict.ts';
import type { World } from '../../medallion/world.ts';
import { activity } from '../activity.ts';

const Published = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('published'), release: z.string() }),
  z.object({ kind: z.literal('refused'), because: z.string() }),
]);

/** Points every gold view at the version that was judged, then records the release. Doing it twice changes nothing. */
export const publishRelease = activity({
  name: 'publishRelease',
  input: z.object({ batch: BatchId, versions: Versions, verdict: Verdict }),
  output: Published,
  perform: async (world, { batch, versions, verdict }): Promise<z.input<typeof Published>> => {
    const release = releaseOf(batch);
    const publication = { release, batch, versions: goldOnly(versions), verdicts: JSON.stringify(verdict) };
    const refused =
      (await refusalOf(world, views(world, versions))) ?? (await refusalOf(world, [releaseStatement(publication)]));
    return refused
      ? { kind: 'refused', because: `Publishing was refused: ${refused}` }
      : { kind: 'published', release };
  },
});

async function refusalOf({ warehouse }: World, statements: readonly string[]): Promise<string | undefined> {
  const answers = await Promise.all(statements.map((statement) => warehouse.ask(statement)));
  return answers.find((answer) => answer.kind === 'refused')?.because;
}

const goldOnly = (versions: Versions): Versions =>
  Object.fromEntries(Object.entries(versions).filter(([table]) => table.startsWith('gold.')));

function views({ tables }: World, versions: Versions): string[] {
  const golds = tables.filter(({ layer }) => layer === 'gold');
  return golds.flatMap((gold) => {
    const version = versions[gold.table];
    return version === undefined ? [] : [viewStatement(gold, version)];
  });
}
