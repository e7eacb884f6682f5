import { z } from 'zod';
import { BatchId } from '../../../medallion/files/manifest.ts';
import { Versions } from '../../../medallion/layer.ts';
import type { World } from '../../../medallion/ports/world.ts';
import { Verdict } from '../../../medallion/quality/verdict.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { publishAgain } from '../../../operations/releases/roll-back.ts';
import { Because, recordAct } from '../audit.ts';
import { Problem } from '../problem.ts';
import { Paging, route } from '../route.ts';

const Release = z.object({
  release: z.string(),
  batch: BatchId,
  publishedAt: z.string(),
  /** Whether this is what readers see. */
  isCurrent: z.boolean(),
  versions: Versions,
  verdict: Verdict.optional(),
  definitions: z.record(z.string(), z.string()).optional(),
});
type Release = z.infer<typeof Release>;

const runsLookedAt = 50;

/** What readers see: the newest release, unless an older one was published after it, under a name of its own (`as`). */
export async function currentRelease({ desk, registry }: Pick<World, 'desk' | 'registry'>) {
  const published = (await registry.runs(runsLookedAt)).rows.find(({ outcome }) => outcome === 'published');
  if (!published?.release) return undefined;
  const at = published.endedAt ?? published.startedAt;
  const back = await desk.republished();
  return back && back.at > at ? back : { release: published.release, as: published.release, at };
}

function releaseOf(
  { batch, definitions, endedAt, layers, release, startedAt }: RunRecord,
  current?: string,
): Release[] {
  const gold = layers.find(({ layer }) => layer === 'gold');
  if (release === undefined || !gold?.versions) return [];
  return [
    {
      ...{ release, batch, publishedAt: endedAt ?? startedAt, isCurrent: release === current, versions: gold.versions },
      ...(gold.verdict ? { verdict: gold.verdict } : {}),
      ...(definitions ? { definitions } : {}),
    },
  ];
}

export const releases = route({
  name: 'releases',
  path: 'api/releases',
  role: 'reader',
  summary: 'Every release, newest first, and which of them readers see. A page may hold fewer than were asked for.',
  query: z.strictObject(Paging),
  answer: z.object({ releases: z.array(Release), next: z.string().optional() }),
  perform: async ({ world }, { query: { after, limit } }) => {
    const current = await currentRelease(world);
    const { next, rows } = await world.registry.runs(limit, after);
    const published = rows.filter(({ outcome }) => outcome === 'published');
    return {
      releases: published.flatMap((run) => releaseOf(run, current?.release)),
      ...(next ? { next } : {}),
    };
  },
});

const ReleaseParams = z.strictObject({ release: z.string().min(1).max(128) });

async function findRelease(world: World, id: string): Promise<Release | Problem> {
  const batch = BatchId.safeParse(id.replace(/^r-/, ''));
  const run = batch.success ? await world.registry.run(batch.data) : undefined;
  const isRelease = run?.outcome === 'published' && run.release === id;
  const [found] = isRelease ? releaseOf(run, (await currentRelease(world))?.release) : [];
  return found ?? new Problem('not_found', `No release is recorded as '${id}'.`);
}

export const release = route({
  name: 'release',
  path: 'api/releases/{release}',
  role: 'reader',
  summary: 'One release: the versions of its tables, its verdict, and the definitions that computed it.',
  params: ReleaseParams,
  answer: Release,
  problems: ['not_found'],
  perform: ({ world }, { params }) => findRelease(world, params.release),
});

export const rollBack = route({
  name: 'rollBack',
  path: 'api/releases/{release}/publish',
  role: 'operator',
  summary:
    'Rolls back: readers see this release again, until the next run publishes. Pause the pipeline to keep it so.',
  params: ReleaseParams,
  body: Because,
  answer: Release,
  problems: ['not_found', 'conflict'],
  perform: async (room, { body, caller, params }) => {
    const { world } = room;
    const found = await findRelease(world, params.release);
    if (found instanceof Problem) return found;
    const running = (await world.registry.runs(runsLookedAt)).rows.find(({ outcome }) => outcome === 'running');
    if (running)
      return new Problem('conflict', `Run '${running.batch}' may publish at any moment. Wait for it, or cancel it.`);
    const { act } = await recordAct(room, caller, { did: 'rolled back', target: found.release, why: body.why });
    const as = `${found.release}-${act.slice(0, 8)}`;
    const wish = { release: found.release, as, by: caller.who, because: body.why };
    const published = publishAgain.output.parse(await publishAgain.in(world)(wish));
    if (published.kind === 'refused') return new Problem('conflict', published.because);
    await world.desk.republish({ release: found.release, as, at: room.now().toISOString() });
    return { ...found, isCurrent: true };
  },
});
