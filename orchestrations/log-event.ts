import type { OrchestrationContext } from 'durable-functions';
import { type EventName, formatEvent } from '../medallion/events.ts';
import type { RunRecord } from '../medallion/runs/run.ts';

/** Logs an event once: a replay tells nothing new. */
export function logEvent(
  context: OrchestrationContext,
  level: 'info' | 'warn' | 'error',
  event: EventName,
  fields: Parameters<typeof formatEvent>[2],
): void {
  if (context.df.isReplaying) return;
  context[level](formatEvent(event, context.df.currentUtcDateTime, fields));
}

/** A run that brought readers nothing is a warning: an alert waits for it. */
export function logRunEnd(context: OrchestrationContext, { batch, outcome, reason, release }: RunRecord): void {
  const level = outcome === 'blocked' || outcome === 'failed' ? 'warn' : 'info';
  logEvent(context, level, 'run.ended', { batch, outcome, release, reason });
}
