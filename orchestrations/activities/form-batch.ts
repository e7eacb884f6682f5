import { z } from 'zod';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import {
  BatchId,
  batchTime,
  type ManifestLine,
  manifestPath,
  manifestText,
  parseManifest,
} from '../../medallion/files/manifest.ts';
import { chosenFrom, newestPerPath } from '../../medallion/files/queue.ts';
import type { World } from '../../medallion/ports/world.ts';
import { PlanId } from '../../medallion/reprocessing/plan.ts';
import { mostFailures, type Standing, shouldHalt } from '../../medallion/runs/pipeline-state.ts';
import { activity } from '../activity.ts';
import { underway } from './find-cut.ts';

const told = { batch: BatchId, files: z.int(), datasets: z.array(z.string()) };

export const Formed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('empty') }),
  z.object({ kind: z.literal('closed'), because: z.string() }),
  z.object({ kind: z.literal('planned'), plan: PlanId }),
  z.object({ kind: z.literal('full') }),
  z.object({ kind: z.literal('formed'), ...told }),
  z.object({ kind: z.literal('left'), ...told }),
]);

/**
 * Takes what is pending into a manifest. The manifest's appearance is the commit: asked again for the same batch,
 * this finds it and finishes what was left undone.
 *
 * With `mostUnderway` the batch is for streams, and none is formed while so many are on their way to a release: layers that work
 * on many small batches at once take the machine from each other. Without, it is for a run, and when nothing is pending a
 * batch is answered that was left by a stream which is no more.
 */
export const formBatch = activity({
  name: 'formBatch',
  input: z.object({ batch: BatchId, mostFiles: z.int().positive(), mostUnderway: z.int().positive().optional() }),
  output: Formed,
  perform: async (world, { batch, mostFiles, mostUnderway }): Promise<z.input<typeof Formed>> => {
    const { desk, lake, registry } = world;
    const path = manifestPath(batch);
    const running = await desk.planOf(batch);
    if (running) return { kind: 'planned', plan: running };
    if ((await lake.readControl(path)) === undefined) {
      const standing = await standingNow(world, batchTime(batch));
      if (standing && standing.state !== 'open') return { kind: 'closed', because: standing.why };
      const plan = await desk.queued();
      if (plan) return { kind: 'planned', plan };
      if (mostUnderway !== undefined && (await underway(world)).length >= mostUnderway) return { kind: 'full' };
      const { newest, outdated } = newestPerPath(await registry.pending(Number.POSITIVE_INFINITY));
      await registry.supersede(outdated, 'A newer content of the same path landed before this one was loaded.');
      const taken = chosenFrom(newest, mostFiles);
      if (taken.length === 0) return mostUnderway === undefined ? await leftOver(world) : { kind: 'empty' };
      await lake.commitControl(path, manifestText(taken.map((file) => lineOf(batch, file))));
    }
    const lines = parseManifest((await lake.readControl(path)) ?? '');
    const formed = { batch, files: lines.length, datasets: [...new Set(lines.map(({ dataset }) => dataset))].sort() };
    await registry.saveOpen(formed);
    await registry.take(lines);
    return { kind: 'formed', ...formed };
  },
});

/** Of the batches that never had a run the newest, which carries the others. */
async function leftOver({ registry }: World): Promise<z.input<typeof Formed>> {
  for (const { batch, datasets, files } of (await registry.openBatches()).toReversed())
    if ((await registry.run(batch)) === undefined) return { kind: 'left', batch, files, datasets: [...datasets] };
  return { kind: 'empty' };
}

/** Nobody takes up new work while too many runs in a row broke down; a person looks, and resumes. */
async function standingNow(
  { desk, registry }: Pick<World, 'desk' | 'registry'>,
  now: Date,
): Promise<Standing | undefined> {
  const standing = await desk.standing();
  if (standing && standing.state !== 'open') return standing;
  if (!shouldHalt((await registry.runs(mostFailures)).rows, standing ?? { at: '' })) return standing;
  const why = `The last ${mostFailures} runs failed, one after another.`;
  const halted: Standing = { state: 'halted', by: 'pipeline', why, at: now.toISOString() };
  await desk.record({
    act: `halt-${now.getTime()}`,
    at: halted.at,
    who: 'pipeline',
    did: 'halted',
    target: 'pipeline',
    why,
  });
  await desk.stand(halted);
  return halted;
}

function lineOf(batch: BatchId, file: RegisteredFile): ManifestLine {
  const { path, etag, length, lastModified, dataset, registeredAt } = file;
  return {
    batch,
    file: file.file,
    dataset,
    path,
    etag,
    length,
    lastModified,
    replaces: file.replaces ?? null,
    registeredAt,
  };
}
