import type { OrchestrationContext } from 'durable-functions';
import { type EventFields, type EventName, formatEvent } from '../medallion/events.ts';
import type { RunRecord } from '../medallion/runs/run.ts';

/** Logs an event once: a replay tells nothing new. */
export function logEvent<Name extends EventName>(
  context: OrchestrationContext,
  level: 'info' | 'warn' | 'error',
  event: Name,
  fields: EventFields<Name>,
): void {
  if (context.df.isReplaying) return;
  context[level](formatEvent(event, context.df.currentUtcDateTime, fields));
}

/** A run that brought readers nothing is a warning: an alert waits for it. */
export function logRunEnd(context: OrchestrationContext, run: RunRecord): void {
  const { batch, files, freshness, outcome, reason, release, startedAt } = run;
  const level = outcome === 'blocked' || outcome === 'failed' ? 'warn' : 'info';
  const age = freshness?.samples.at(-1)?.at(-1);
  logEvent(context, level, 'run.ended', {
    batch,
    outcome,
    release,
    reason,
    files,
    seconds: Math.round((context.df.currentUtcDateTime.getTime() - Date.parse(startedAt)) / 1000),
    ...(typeof age === 'number' ? { oldestFileSeconds: Math.round(age) } : {}),
  });
}

/** What a run has read for the first time, and put beside the columns of its contract: one line for each dataset. */
export function logNewColumns(
  context: OrchestrationContext,
  batch: string,
  newColumns: Readonly<Record<string, readonly string[]>> = {},
): void {
  for (const [dataset, columns] of Object.entries(newColumns))
    logEvent(context, 'info', 'column.new', { batch, dataset, columns: columns.join(', ') });
}

/** Whole files that a run set aside: one line for each dataset, as whoever sends it has to know. */
export function logQuarantined(
  context: OrchestrationContext,
  batch: string,
  quarantined: Readonly<Record<string, number>> = {},
): void {
  for (const [dataset, files] of Object.entries(quarantined))
    logEvent(context, 'warn', 'file.quarantined', { batch, dataset, files });
}

/** The record of a run has all that its trace has. */
export function logUntraced(context: OrchestrationContext, batch: string, reason: string | undefined): void {
  if (reason !== undefined) logEvent(context, 'warn', 'trace.failed', { batch, reason });
}
