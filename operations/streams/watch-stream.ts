import { z } from 'zod';
import type { BatchId } from '../../medallion/files/manifest.ts';
import type { Layer } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { type JobRunId, JobState } from '../../medallion/runs/job.ts';
import { drainPath, getEffectiveModes, isWanted } from '../../medallion/runs/stream.ts';

export const WatchedStream = z.object({ isWanted: z.boolean(), mayStart: z.boolean(), job: JobState.optional() });
export type WatchedStream = z.infer<typeof WatchedStream>;

/**
 * Whether a layer's stream is wanted, and where its run is, if it has one. It may not start while a batch is built by a
 * run of the same job, which would wait behind it for ever.
 */
export async function watchStream(
  { jobs, modes, runs, streams }: Pick<Ports, 'jobs' | 'modes' | 'runs' | 'streams'>,
  { jobRun, layer }: { readonly layer: Layer; readonly jobRun?: JobRunId | undefined },
): Promise<WatchedStream> {
  const settings = await streams.getSettings();
  const wanted = isWanted(layer, getEffectiveModes(modes, settings), settings);
  if (jobRun !== undefined) return { isWanted: wanted, mayStart: false, job: await jobs.getState(jobRun) };
  const running = await runs.listRunning();
  const isInUse = running.some((run) => run.modes?.[layer] !== 'continuous');
  return { isWanted: wanted, mayStart: !isInUse };
}

/** Before a stream begins: ends the run of one whose supervisor was lost, so that never two of a layer are alive. */
export async function stopPreviousStream(
  { jobs, lake, streams }: Pick<Ports, 'jobs' | 'lake' | 'streams'>,
  { layer, nextStream }: { readonly layer: Layer; readonly nextStream: BatchId },
): Promise<void> {
  const previous = (await streams.list()).find((record) => record.layer === layer);
  const hasEnded = previous?.state === 'drained' || previous?.state === 'halted';
  if (!previous || previous.stream === nextStream || hasEnded) return;
  await lake.commitControl(drainPath(previous.stream), '{}');
  const jobRun = previous.jobRuns.at(-1);
  if (jobRun) await jobs.cancel(jobRun);
}
