import { z } from 'zod';
import { selectVersions, type Versions } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { type ConsistentCut, ReleasableCut } from '../../medallion/releases/progress.ts';
import { isStreaming } from '../../medallion/runs/stream.ts';
import { getModes } from '../get-modes.ts';
import { listDatasets } from '../read-manifest.ts';
import { isEverythingPaused } from '../streams/is-everything-paused.ts';
import { findOpenRemoval, isCovered, listLoadedBatches, readNewestCut } from './read-cut.ts';

/** `over` says that not all layers stream any more, or that pipeline and streams are all paused. */
export const FoundCut = z.discriminatedUnion('kind', [z.object({ kind: z.enum(['over', 'nothing']) }), ReleasableCut]);
export type FoundCut = z.infer<typeof FoundCut>;

type CutPorts = Pick<Ports, 'lake' | 'modes' | 'pipelineControl' | 'queue' | 'runs' | 'streams' | 'unreleasedBatches'>;

const maxBatches = 200;

/** Looks for versions of all layers that can be released together, and for the batches that are in them. */
export async function findConsistentCut(ports: CutPorts): Promise<FoundCut> {
  if (!isStreaming(await getModes(ports)) || (await isEverythingPaused(ports))) return { kind: 'over' };
  // A batch that was begun before the layers streamed publishes by itself.
  if ((await ports.runs.listRunning()).length > 0) return { kind: 'nothing' };
  const cut = await readNewestCut(ports);
  if (cut === undefined) return { kind: 'nothing' };
  if ((await findOpenRemoval(ports, (batch) => isCovered(cut, batch))) !== undefined) return { kind: 'nothing' };
  const unreleased = await listLoadedBatches(ports);
  const batches = unreleased.filter((batch) => isCovered(cut, batch)).slice(0, maxBatches);
  if (batches.length === 0 && (unreleased.length > 0 || !(await hasMoved(ports, cut)))) return { kind: 'nothing' };
  return {
    kind: 'cut',
    versions: cut.versions,
    batches: batches.map(({ batch }) => batch),
    files: batches.reduce((sum, { files }) => sum + files, 0),
    datasets: listDatasets(batches.flatMap(({ datasets }) => datasets.map((dataset) => ({ dataset })))),
  };
}

/** An erasure, for one, changes gold without a new file. */
async function hasMoved({ runs }: CutPorts, cut: ConsistentCut): Promise<boolean> {
  const last = await runs.lastPublished();
  if (last === undefined) return false;
  const published: Versions = Object.assign({}, ...last.layers.map(({ versions }) => versions));
  const gold = Object.entries(selectVersions('gold', cut.versions));
  return gold.some(([table, version]) => published[table] !== version);
}
