import { z } from 'zod';
import { type BatchId, manifestPath, parseManifest, reportPath } from '../../medallion/manifest.ts';
import { type FileAccount, JobReport } from '../../medallion/report.ts';
import { RunRecord } from '../../medallion/run.ts';
import type { Settlement, World } from '../../medallion/world.ts';
import { activity } from '../activity.ts';

/** Writes down how each file of a finished run ended. A release also carries what earlier runs had to leave behind. */
export const settleFiles = activity({
  name: 'settleFiles',
  input: RunRecord,
  output: z.object({ healed: z.array(z.string()) }),
  perform: async (world, run) => {
    if (run.outcome !== 'published') {
      await settle(world, run.batch, { fate: run.outcome === 'held' ? 'held' : 'failed', because: run.because });
      return { healed: [] };
    }
    const left = await leftBehind(world, run);
    const end: Settlement = { fate: 'published', release: run.release };
    for (const batch of [...left.map((each) => each.batch), run.batch]) await settle(world, batch, end);
    for (const each of left) await world.registry.saveRun({ ...each, release: run.release });
    return { healed: left.map((each) => each.batch) };
  },
});

async function settle({ lake, registry }: World, batch: BatchId, end: Settlement): Promise<void> {
  const lines = parseManifest((await lake.readControl(manifestPath(batch))) ?? '');
  const accounts = await accountsOf({ lake }, batch);
  await registry.settle(lines, accounts, end);
}

async function accountsOf({ lake }: Pick<World, 'lake'>, batch: BatchId): Promise<Map<string, FileAccount>> {
  const text = await lake.readControl(reportPath(batch, 'bronze'));
  const files = text === undefined ? [] : (JobReport.parse(JSON.parse(text)).files ?? []);
  return new Map(files.map((account) => [account.file, account]));
}

/** Earlier runs that were loaded, were held or failed after that, and are in no release yet. */
async function leftBehind({ lake, registry }: World, run: RunRecord): Promise<RunRecord[]> {
  const left: RunRecord[] = [];
  for (let after: string | undefined; ; ) {
    const page = await registry.runs(200, after);
    for (const each of page.rows) {
      if (each.batch >= run.batch || each.outcome === 'running') continue;
      // Runs end in order: behind a published one, everything has been carried already.
      if (each.outcome === 'published') return left;
      if (!each.release && (await lake.readControl(reportPath(each.batch, 'bronze'))) !== undefined) left.push(each);
    }
    if (page.next === undefined) return left;
    after = page.next;
  }
}
