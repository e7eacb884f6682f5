import type { BatchId } from '../../medallion/files/manifest.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { createStepsFrom } from '../../medallion/reprocessing/plan.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { readManifest } from '../read-manifest.ts';
import type { Rejected } from '../rejected.ts';
import type { PlanRequest } from '../reprocessing/create-plan.ts';
import type { Decision } from '../reprocessing/execute-plan.ts';

/** A run may be retried or skipped if it ended without a release, and no later one has carried its files. */
export function rejectUnlessOpen({ batch, outcome, release }: RunRecord): Rejected | undefined {
  if (['blocked', 'failed', 'cancelled'].includes(outcome) && release === undefined) return undefined;
  const place = release ? ` and in release '${release}'` : '';
  const reason = `Run '${batch}' is ${outcome}${place}; there is nothing left to do about it.`;
  return { kind: 'rejected', code: 'conflict', reason };
}

export function rejectUnlessRunning({ batch, outcome }: RunRecord): Rejected | undefined {
  if (outcome === 'running') return undefined;
  return { kind: 'rejected', code: 'conflict', reason: `Run '${batch}' has ended already: ${outcome}.` };
}

/** What to compute again: everything if bronze failed, else from the layer on at which the run ended. */
export function toRetryRequest({ batch, layers }: RunRecord, decision: Decision): PlanRequest {
  const lowest = layers.at(-1)?.layer ?? 'bronze';
  return { ...decision, selection: { files: { batch } }, steps: createStepsFrom(lowest, []) };
}

/** Gives a run up. Answers with the number of its files. */
export async function skipRun(
  ports: Pick<Ports, 'files' | 'lake' | 'runs'>,
  batch: BatchId,
  reason: string,
): Promise<number> {
  const lines = await readManifest(ports, batch);
  await ports.files.finalize(lines, new Map(), { status: 'ignored', reason });
  await ports.runs.update(batch, (run) => ({ ...run, outcome: 'skipped', reason }));
  return lines.length;
}
