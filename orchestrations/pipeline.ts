import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { BatchId, batchIdAt } from '../medallion/files/manifest.ts';
import { isStreaming } from '../medallion/runs/stream.ts';
import { formBatch } from './activities/form-batch.ts';
import { readModes } from './activities/read-modes.ts';
import { readPace } from './activities/read-pace.ts';
import { silenceDoorbell } from './activities/silence-doorbell.ts';
import { call } from './activity.ts';
import { after } from './clock.ts';

/** There is one pipeline per environment, under this id. */
export const pipelineId = 'pipeline';
export const landedEvent = 'landed';

/**
 * `forming` is a batch whose manifest may be half done; it is finished before anything new begins. `rested` says that the
 * quiet moment, in which the rest of a burst may land, is over.
 */
export const PipelineState = z.object({ forming: BatchId.optional(), rested: z.boolean().default(false) });

/**
 * Forms a batch of what has landed, runs it or leaves it to the streams, and waits for the doorbell when there is nothing
 * to do. Never ends.
 */
export function* pipeline(context: OrchestrationContext): Generator<Task, void, unknown> {
  const { forming, rested } = PipelineState.parse(context.df.getInput() ?? {});
  const batch = forming ?? batchIdAt(context.df.currentUtcDateTime, context.df.newGuid('batch'));
  try {
    const pace = yield* call(context, readPace, {});
    const { isPublishing, modes } = yield* call(context, readModes, {});
    const isLeft = isStreaming(modes);
    const { quietSeconds } = isLeft ? pace.streams : pace;
    if (!forming && !rested) yield context.df.createTimer(after(context, { seconds: quietSeconds }));
    if (!isLeft && isPublishing) return context.df.continueAsNew({ rested: false });

    yield* call(context, silenceDoorbell, {});
    const bounds = isLeft
      ? { mostFiles: pace.streams.mostFilesPerManifest, mostUnderway: pace.streams.mostManifestsUnderway }
      : { mostFiles: pace.mostFilesPerBatch };
    const formed = yield* call(context, formBatch, { batch, ...bounds });
    if (formed.kind === 'planned')
      yield context.df.callSubOrchestrator('reprocess', { plan: formed.plan, batch, pace }, `reprocess-${batch}`);
    else if (formed.kind === 'empty' || formed.kind === 'closed')
      yield* doorbell(context, { seconds: pace.idleSeconds });
    else if (formed.kind !== 'full' && !isLeft) {
      const { kind: _, ...taken } = formed;
      yield context.df.callSubOrchestrator('runBatch', { ...taken, pace }, `run-${taken.batch}`);
    }
    context.df.continueAsNew({ rested: formed.kind === 'planned' || (formed.kind === 'formed' && !isLeft) });
  } catch (error) {
    context.error(
      `Batch '${batch}' could not go on and will be taken up again in a minute. ${(error as Error).message}`,
    );
    yield context.df.createTimer(after(context, { seconds: 60 }));
    context.df.continueAsNew({ forming: batch });
  }
}

/** Whoever registers a file while nobody waits has rung in vain; the time limit, and the sweep, look after that. */
function* doorbell(context: OrchestrationContext, patience: { seconds: number }): Generator<Task, void, unknown> {
  const rung = context.df.waitForExternalEvent(landedEvent);
  const limit = context.df.createTimer(after(context, patience));
  const winner = yield context.df.Task.any([rung, limit]);
  if (winner === rung) limit.cancel();
}
