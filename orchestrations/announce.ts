import type { OrchestrationContext } from 'durable-functions';
import type { RunRecord } from '../medallion/runs/run.ts';

/** A run that has brought readers nothing is told of, once: an alert waits for these words. */
export function announce(context: OrchestrationContext, { batch, because = '', outcome }: RunRecord): void {
  if (context.df.isReplaying) return;
  if (outcome === 'held' || outcome === 'failed')
    context.warn(`Run '${batch}' has brought readers nothing: it is ${outcome}. ${because}`.trim());
}
