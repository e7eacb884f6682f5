import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { BatchId, createBatchId } from '../medallion/files/manifest.ts';
import { isStreaming } from '../medallion/runs/stream.ts';
import { clearWakeUp } from './activities/clear-wake-up.ts';
import { formBatch } from './activities/form-batch.ts';
import { readSettings } from './activities/read-settings.ts';
import { call } from './activity.ts';
import { after } from './clock.ts';
import { logEvent } from './log-event.ts';
import { wakeUpEvent } from './names.ts';

const retrySeconds = 60;
const resumeSeconds = 5;

/** A burst may keep its first file waiting for so many moments. */
const maxMoments = 10;

/**
 * `forming` is a batch whose manifest may be half done; it is finished before anything new begins. `isBegun` says that a run
 * of it has begun, which comes to its end even if all layers stream by now. `hasWaited` says that the moment is over in
 * which the rest of a burst may land, and `moments` how many in a row have brought more files.
 */
export const PipelineInput = z.object({
  forming: BatchId.optional(),
  isBegun: z.boolean().optional(),
  hasWaited: z.boolean().default(false),
  moments: z.int().default(0),
});

/**
 * Forms a batch of what has landed, runs it or leaves it to the streams, and waits to be woken when there is nothing to do.
 * Ends while it is paused, so that code can be changed; whoever resumes it starts it again.
 */
export function* pipeline(context: OrchestrationContext): Generator<Task, void, unknown> {
  const { forming, hasWaited, isBegun, moments } = PipelineInput.parse(context.df.getInput() ?? {});
  const batch = forming ?? createBatchId(context.df.currentUtcDateTime, context.df.newGuid('batch'));
  let unfinished: z.input<typeof PipelineInput> = { forming: batch, isBegun };
  try {
    const { isPublishing, modes, tuning } = yield* call(context, readSettings, {});
    const isForStreams = isStreaming(modes);
    const { debounceSeconds } = isForStreams ? tuning.streams : tuning.batches;
    const isHeld = !isForStreams && isPublishing;
    if (isHeld || (!forming && !hasWaited)) yield context.df.createTimer(after(context, { seconds: debounceSeconds }));
    if (isHeld) return context.df.continueAsNew({ forming, isBegun, hasWaited: false });

    yield* call(context, clearWakeUp, {});
    const limits = isForStreams
      ? { maxFiles: tuning.streams.maxFilesPerManifest, maxInFlight: tuning.streams.maxInFlightManifests }
      : { maxFiles: tuning.batches.maxFilesPerBatch, isPatient: !forming && !hasWaited && moments < maxMoments };
    const work = yield* call(context, formBatch, { batch, ...limits });
    if (work.kind === 'landing') return context.df.continueAsNew({ hasWaited: false, moments: moments + 1 });
    if (work.kind === 'formed') logFormed(context, work);
    if (work.kind === 'planned')
      yield context.df.callSubOrchestrator('reprocess', { plan: work.plan, batch, tuning }, `reprocess-${batch}`);
    // A plan that is queued meanwhile wakes it, and so does each file.
    else if (work.kind === 'early') yield* waitForWakeUp(context, { seconds: work.seconds });
    else if (work.kind === 'closed' && work.isPaused) {
      // Nobody but a person who resumes it at once.
      if (!(yield* waitForWakeUp(context, { seconds: resumeSeconds }))) return;
    } else if (work.kind === 'empty' || work.kind === 'closed') {
      if (work.kind === 'closed' && work.hasHalted)
        logEvent(context, 'error', 'pipeline.halted', { batch, reason: work.reason });
      yield* waitForWakeUp(context, { seconds: tuning.batches.idleTimeoutSeconds });
    } else if (work.kind !== 'full' && (!isForStreams || isBegun)) {
      const { kind: _, ...formed } = work;
      unfinished = { forming: formed.batch, isBegun: true };
      yield context.df.callSubOrchestrator('runBatch', { ...formed, tuning }, `run-${formed.batch}`);
    }
    context.df.continueAsNew({ hasWaited: work.kind === 'planned' || (work.kind === 'formed' && !isForStreams) });
  } catch (error) {
    const reason = (error as Error).message;
    logEvent(context, 'error', 'batch.retry_scheduled', { batch, delaySeconds: retrySeconds, reason });
    yield context.df.createTimer(after(context, { seconds: retrySeconds }));
    context.df.continueAsNew(unfinished);
  }
}

function logFormed(
  context: OrchestrationContext,
  { batch, datasets, files }: { readonly batch: string; readonly datasets: readonly string[]; readonly files: number },
): void {
  logEvent(context, 'info', 'batch.formed', { batch, files, datasets: datasets.join(', ') });
}

/** A file that is registered while nobody waits wakes nobody. The time limit, and the sweep, look after that. */
function* waitForWakeUp(
  context: OrchestrationContext,
  timeout: { seconds: number },
): Generator<Task, boolean, unknown> {
  const wakeUp = context.df.waitForExternalEvent(wakeUpEvent);
  const limit = context.df.createTimer(after(context, timeout));
  const winner = yield context.df.Task.any([wakeUp, limit]);
  if (winner === wakeUp) limit.cancel();
  return winner === wakeUp;
}
