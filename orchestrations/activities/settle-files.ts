import { z } from 'zod';
import { Freshness, freshnessOf, journeyOf, type Passed } from '../../medallion/files/freshness.ts';
import { BatchId, manifestPath, parseManifest, reportPath } from '../../medallion/files/manifest.ts';
import { JobReport, versionsOf } from '../../medallion/files/report.ts';
import type { Settlement, World } from '../../medallion/ports/world.ts';
import { entriesIn, firstAbove, type ProgressEntry, progressPath } from '../../medallion/releases/progress.ts';
import { RunRecord } from '../../medallion/runs/run.ts';
import { activity } from '../activity.ts';

/** Writes down how each file of a finished run ended. A release also carries what earlier runs had to leave behind. */
export const settleFiles = activity({
  name: 'settleFiles',
  input: RunRecord,
  output: z.object({ healed: z.array(BatchId), freshness: Freshness.optional() }),
  perform: async (world, run) => {
    const { because, outcome, release } = run;
    const own = run.batches ?? [run.batch];
    if (outcome !== 'published') {
      for (const batch of own) await settle(world, batch, { fate: outcome === 'held' ? 'held' : 'failed', because });
      return { healed: [] };
    }
    const left = run.batches ? [] : await leftBehind(world, run);
    const batches = [...left, ...own];
    const steps = await stepsOf(world);
    const journeys = [];
    for (const batch of batches) journeys.push(...(await settle(world, batch, { fate: 'published', release }, steps)));
    const healed = await heal(world, batches, run);
    await world.registry.closeBatches(batches);
    return { healed, ...(journeys.length > 0 ? { freshness: freshnessOf(journeys) } : {}) };
  },
});

interface Steps {
  readonly silver: readonly ProgressEntry[];
  readonly gold: readonly ProgressEntry[];
  readonly publishedAt: string;
}

async function stepsOf({ lake }: World): Promise<Steps> {
  const [silver, gold] = await Promise.all(
    (['silver', 'gold'] as const).map(async (layer) => entriesIn(await lake.readControl(progressPath(layer)))),
  );
  return { silver: silver ?? [], gold: gold ?? [], publishedAt: new Date().toISOString() };
}

async function settle({ lake, registry }: World, batch: BatchId, end: Settlement, steps?: Steps) {
  const lines = parseManifest((await lake.readControl(manifestPath(batch))) ?? '');
  const report = await reportOf({ lake }, batch);
  const accounts = new Map((report?.files ?? []).map((account) => [account.file, account]));
  const passed = steps && passedBy(report, steps);
  await registry.settle(lines, accounts, { ...end, passed });
  const loaded = lines.filter(({ file }) => accounts.get(file)?.outcome === 'loaded');
  return passed ? loaded.map((line) => journeyOf(line, passed)) : [];
}

async function reportOf({ lake }: Pick<World, 'lake'>, batch: BatchId): Promise<JobReport | undefined> {
  const text = await lake.readControl(reportPath(batch, 'bronze'));
  return text === undefined ? undefined : JobReport.parse(JSON.parse(text));
}

/** When the layers had taken a batch in, as far as they still know. */
function passedBy(report: JobReport | undefined, { gold, publishedAt, silver }: Steps): Passed {
  const inSilver = report && firstAbove(silver, versionsOf(report));
  const inGold = inSilver && firstAbove(gold, inSilver.versions);
  return { bronzeAt: report?.at, silverAt: inSilver?.at, goldAt: inGold?.at, publishedAt };
}

/** Batches that were loaded, were held or failed after that, and are in no release yet. */
async function leftBehind({ lake, registry }: World, run: RunRecord): Promise<BatchId[]> {
  const others = (await registry.openBatches()).filter(({ batch }) => batch < run.batch);
  const loaded = await Promise.all(others.map(({ batch }) => reportOf({ lake }, batch)));
  return others.flatMap(({ batch }, at) => (loaded[at] ? [batch] : []));
}

/** Runs that ended without a release learn of the one that has carried their files after all. */
async function heal({ registry }: World, batches: readonly BatchId[], run: RunRecord): Promise<BatchId[]> {
  const healed: BatchId[] = [];
  for (const batch of batches) {
    const earlier = batch === run.batch ? undefined : await registry.run(batch);
    if (!earlier || earlier.release || earlier.outcome === 'running') continue;
    await registry.saveRun({ ...earlier, release: run.release });
    healed.push(batch);
  }
  return healed;
}
