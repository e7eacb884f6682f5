import { FileId, type RegisteredFile } from '../../medallion/files/file.ts';
import { BatchId } from '../../medallion/files/manifest.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { SavedPlan } from '../../medallion/reprocessing/plan.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { readPlan } from '../../operations/reprocessing/read-plan.ts';
import { Problem } from './problem.ts';

/** What a path names, or the problem that there is no such thing. */
export async function findFile({ files }: Pick<Ports, 'files'>, id: string): Promise<RegisteredFile | Problem> {
  const parsed = FileId.safeParse(id);
  const file = parsed.success ? await files.findById(parsed.data) : undefined;
  return file ?? new Problem('not_found', `No file is registered as '${id}'.`);
}

export async function findRun({ runs }: Pick<Ports, 'runs'>, id: string): Promise<RunRecord | Problem> {
  const parsed = BatchId.safeParse(id);
  const run = parsed.success ? await runs.get(parsed.data) : undefined;
  return run ?? new Problem('not_found', `No run is recorded as '${id}'.`);
}

export async function findPlan(ports: Pick<Ports, 'lake'>, id: string): Promise<SavedPlan | Problem> {
  return (await readPlan(ports, id)) ?? new Problem('not_found', `No plan is saved as '${id}'.`);
}
