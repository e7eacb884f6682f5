import { z } from 'zod';
import type { RegisteredFile } from '../../medallion/file.ts';
import {
  BatchId,
  batchTime,
  type ManifestLine,
  manifestPath,
  manifestText,
  parseManifest,
} from '../../medallion/manifest.ts';
import { PlanId } from '../../medallion/plan.ts';
import { mostFailures, type Standing, shouldHalt } from '../../medallion/standing.ts';
import type { World } from '../../medallion/world.ts';
import { activity } from '../activity.ts';

export const Formed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('empty') }),
  z.object({ kind: z.literal('closed'), because: z.string() }),
  z.object({ kind: z.literal('planned'), plan: PlanId }),
  z.object({ kind: z.literal('formed'), files: z.int(), datasets: z.array(z.string()) }),
]);

/**
 * Takes what is pending into a manifest. The manifest's appearance is the commit: asked again for the same batch,
 * this finds it and finishes what was left undone.
 */
export const formBatch = activity({
  name: 'formBatch',
  input: z.object({ batch: BatchId, mostFiles: z.int().positive() }),
  output: Formed,
  perform: async ({ desk, lake, registry }, { batch, mostFiles }): Promise<z.input<typeof Formed>> => {
    const path = manifestPath(batch);
    const running = await desk.planOf(batch);
    if (running) return { kind: 'planned', plan: running };
    if ((await lake.readControl(path)) === undefined) {
      const standing = await standingNow({ desk, registry }, batchTime(batch));
      if (standing && standing.state !== 'open') return { kind: 'closed', because: standing.why };
      const plan = await desk.queued();
      if (plan) return { kind: 'planned', plan };
      const { newest, outdated } = newestPerPath(await registry.pending(mostFiles));
      await registry.supersede(outdated, 'A newer content of the same path landed before this one was loaded.');
      if (newest.length === 0) return { kind: 'empty' };
      await lake.commitControl(path, manifestText(newest.map((file) => lineOf(batch, file))));
    }
    const lines = parseManifest((await lake.readControl(path)) ?? '');
    await registry.take(lines);
    return { kind: 'formed', files: lines.length, datasets: [...new Set(lines.map(({ dataset }) => dataset))].sort() };
  },
});

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

/** Of several contents of one path only the last registered can still be read. */
function newestPerPath(pending: readonly RegisteredFile[]) {
  const last = new Map(pending.map((file) => [file.path, file.file]));
  const newest = pending.filter(({ path, file }) => last.get(path) === file);
  return { newest, outdated: pending.filter(({ path, file }) => last.get(path) !== file) };
}

function lineOf(batch: BatchId, file: RegisteredFile): ManifestLine {
  const { path, etag, length, lastModified, dataset } = file;
  return { batch, file: file.file, dataset, path, etag, length, lastModified, replaces: file.replaces ?? null };
}
