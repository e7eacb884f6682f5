import { z } from 'zod';
import { BatchId, reportPath } from '../../medallion/files/manifest.ts';
import { JobReport, versionsOf } from '../../medallion/files/report.ts';
import { Layer, Versions, versionsOn } from '../../medallion/layer.ts';
import type { OpenBatch, World } from '../../medallion/ports/world.ts';
import {
  type Cut,
  entriesIn,
  newestCut,
  type ProgressEntry,
  progressPath,
  reaches,
  versionsAhead,
} from '../../medallion/releases/progress.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { isStreaming, modesFrom } from '../../medallion/runs/stream.ts';
import { activity } from '../activity.ts';

/** Layers that have moved since the last run looked at them, while those above have not caught up, at what versions. */
const Ahead = z.array(z.object({ layer: Layer, versions: Versions }));

const Found = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('over') }),
  // An answer of before layers were judged ahead names none.
  z.object({ kind: z.literal('nothing'), ahead: Ahead.default([]) }),
  z.object({
    kind: z.literal('cut'),
    versions: Versions,
    batches: z.array(BatchId),
    files: z.int(),
    datasets: z.array(z.string()),
  }),
]);
export type FoundCut = Extract<z.infer<typeof Found>, { kind: 'cut' }>;
export type FoundAhead = z.infer<typeof Ahead>;

const mostBatches = 200;
const runsLookedAt = 3;

/** Looks for versions of all layers that can be released together, and for the batches that are in them. */
export const findCut = activity({
  name: 'findCut',
  input: z.object({}),
  output: Found,
  perform: async (world): Promise<z.input<typeof Found>> => {
    const { modes, registry } = world;
    if (!isStreaming(modesFrom(modes, await registry.wishes()))) return { kind: 'over' };
    const { rows: latest } = await registry.runs(runsLookedAt);
    // A batch that was begun before the layers streamed publishes by itself.
    if (latest.some(({ outcome }) => outcome === 'running')) return { kind: 'nothing', ahead: [] };
    const progress = await progressOf(world);
    const nothing = () => ({ kind: 'nothing' as const, ahead: aheadOf(progress, latest[0]) });
    const cut = newestCut(progress);
    if (cut === undefined) return nothing();
    const open = await loadedIn(world);
    const covered = open.filter((each) => isIn(cut, each));
    const some = covered.slice(0, mostBatches);
    if (some.length === 0 && (open.length > 0 || !hasMoved(latest, cut))) return nothing();
    return {
      kind: 'cut',
      versions: cut.versions,
      batches: some.map(({ batch }) => batch),
      files: some.reduce((sum, { files }) => sum + files, 0),
      datasets: [...new Set(some.flatMap(({ datasets }) => datasets))].sort(),
    };
  },
});

/**
 * The batches that no release has taken in yet, oldest first. While a release is held the streams go on, and only what gold
 * is not made of counts.
 */
export async function underway(world: World): Promise<OpenBatch[]> {
  const [latest] = (await world.registry.runs(1)).rows;
  if (latest === undefined || latest.outcome === 'published') return world.registry.openBatches();
  const [cut, open] = [newestCut(await progressOf(world)), await loadedIn(world)];
  return open.filter((each) => cut === undefined || !isIn(cut, each));
}

const isIn = ({ covered }: Cut, { versions }: OpenBatch): boolean =>
  versions !== undefined && reaches(covered, versions);

const loadedIn = async (world: World): Promise<OpenBatch[]> =>
  Promise.all((await world.registry.openBatches()).map((batch) => loaded(world, batch)));

/** From the top down: what lies below can only be further on by the time it is read. */
async function progressOf({ lake }: World): Promise<Record<Layer, ProgressEntry[]>> {
  const read = async (layer: Layer) => entriesIn(await lake.readControl(progressPath(layer)));
  const [gold, silver, bronze] = [await read('gold'), await read('silver'), await read('bronze')];
  return { bronze, silver, gold };
}

function aheadOf(progress: Record<Layer, ProgressEntry[]>, last: RunRecord | undefined): z.input<typeof Ahead> {
  const found = versionsAhead(progress);
  return (['bronze', 'silver'] as const).flatMap((layer) => {
    const [versions, known] = [found[layer], last?.layers.find((record) => record.layer === layer)?.versions];
    return differ(versionsOn(layer, versions), known ?? {}) ? [{ layer, versions }] : [];
  });
}

/** Remembers the versions that a batch was loaded at, so that its report is read once. */
async function loaded({ lake, registry }: World, open: OpenBatch): Promise<OpenBatch> {
  if (open.versions !== undefined) return open;
  const text = await lake.readControl(reportPath(open.batch, 'bronze'));
  if (text === undefined) return open;
  const known = { ...open, versions: versionsOf(JobReport.parse(JSON.parse(text))) };
  await registry.saveOpen(known);
  return known;
}

/** An erasure, for one, changes gold without a new file. */
function hasMoved(latest: readonly RunRecord[], cut: Cut): boolean {
  const last = latest.find(({ outcome }) => outcome === 'published');
  if (last === undefined) return false;
  const published: Versions = Object.assign({}, ...last.layers.map(({ versions }) => versions));
  return differ(versionsOn('gold', cut.versions), published);
}

/** Whether any of these tables was at another version before. */
const differ = (versions: Versions, before: Versions): boolean =>
  Object.entries(versions).some(([table, version]) => before[table] !== version);
