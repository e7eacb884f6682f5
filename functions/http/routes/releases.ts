import { z } from 'zod';
import { BatchId } from '../../../medallion/files/manifest.ts';
import { Versions } from '../../../medallion/layer.ts';
import type { Ports } from '../../../medallion/ports/index.ts';
import { Verdict } from '../../../medallion/quality/verdict.ts';
import { TableDiff } from '../../../medallion/releases/diff.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { isRejected } from '../../../operations/rejected.ts';
import { compareReleases } from '../../../operations/releases/compare.ts';
import { rollBackAndPause } from '../../../operations/releases/roll-back-and-pause.ts';
import { ReasonBody, recordAuditEntry } from '../audit.ts';
import { Problem, toProblem } from '../problem.ts';
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

/** None for a run that published nothing. */
function toReleases(
  { batch, definitions, endedAt, layers, release, startedAt }: RunRecord,
  current?: string,
): Release[] {
  const gold = layers.find(({ layer }) => layer === 'gold');
  if (release === undefined || !gold?.versions) return [];
  return [
    {
      release,
      batch,
      publishedAt: endedAt ?? startedAt,
      isCurrent: release === current,
      versions: gold.versions,
      ...(gold.verdict ? { verdict: gold.verdict } : {}),
      ...(definitions ? { definitions } : {}),
    },
  ];
}

export const releases = route({
  name: 'releases',
  path: 'api/releases',
  role: 'reader',
  summary: 'Every release, newest first, and which of them readers see.',
  query: z.strictObject(Paging),
  answer: z.object({ releases: z.array(Release), next: z.string().optional() }),
  handle: async ({ ports }, { query: { after, limit } }) => {
    const current = (await ports.releases.get())?.state.current;
    const { next, rows } = await ports.runs.listPublished(limit, after);
    const published = rows.flatMap((run) => toReleases(run, current?.release));
    return { releases: published, ...(next ? { next } : {}) };
  },
});

const ReleaseParams = z.strictObject({ release: z.string().min(1).max(128) });

async function findRelease(
  { releases, runs }: Pick<Ports, 'releases' | 'runs'>,
  id: string,
): Promise<Release | Problem> {
  const batch = BatchId.safeParse(id.replace(/^r-/, ''));
  const run = batch.success ? await runs.get(batch.data) : undefined;
  const isRelease = run?.outcome === 'published' && run.release === id;
  const [release] = isRelease ? toReleases(run, (await releases.get())?.state.current?.release) : [];
  return release ?? new Problem('not_found', `No release is recorded as '${id}'.`);
}

export const release = route({
  name: 'release',
  path: 'api/releases/{release}',
  role: 'reader',
  summary: 'One release: the versions of its tables, its verdict, and the definitions that computed it.',
  params: ReleaseParams,
  answer: Release,
  problems: ['not_found'],
  handle: ({ ports }, { params }) => findRelease(ports, params.release),
});

export const releaseDiff = route({
  name: 'releaseDiff',
  path: 'api/releases/{release}/diff/{other}',
  role: 'reader',
  summary:
    'What differs between two releases: rows added, removed and changed, by table and column, with some of them, personal data masked. `current` is what readers see, `staged` what they would see if nothing was blocked.',
  params: z.strictObject({ release: ReleaseParams.shape.release, other: ReleaseParams.shape.release }),
  answer: z.object({ from: z.string(), to: z.string(), tables: z.array(TableDiff) }),
  problems: ['not_found', 'conflict', 'query_failed'],
  handle: async ({ ports }, { params: { other, release: from } }) => {
    const diff = await compareReleases(ports, { from, to: other });
    return isRejected(diff) ? toProblem(diff) : { from, to: other, tables: diff.tables };
  },
});

export const rollBack = route({
  name: 'rollBack',
  path: 'api/releases/{release}/roll-back',
  role: 'operator',
  summary:
    'Rolls back: readers see this release again. The pipeline is paused, so that it stays; resume it to publish again. A release that is being published is waited for, a minute at most.',
  params: ReleaseParams,
  body: ReasonBody,
  answer: Release,
  problems: ['not_found', 'conflict'],
  handle: async (context, { body: { reason }, caller, params }) => {
    const { now, ports } = context;
    const target = await findRelease(ports, params.release);
    if (target instanceof Problem) return target;
    const { release } = target;
    const { entry } = await recordAuditEntry(context, caller, { action: 'roll_back', target: release, reason });
    const publishedAs = `${release}-${entry.slice(0, 8)}`;
    const result = await rollBackAndPause(ports, { release, publishedAs, actor: caller.actor, reason }, now);
    if (result.kind === 'busy')
      return new Problem('conflict', `'${result.holder}' is being published. Try again in a minute.`);
    return result.kind === 'rejected' ? new Problem('conflict', result.reason) : { ...target, isCurrent: true };
  },
});
