import { z } from 'zod';
import type { RunRecord } from './run.ts';

/** Whether the pipeline takes up work. Files are registered in any case. */
export const Standing = z.object({
  state: z.enum(['open', 'paused', 'halted']),
  by: z.string(),
  why: z.string(),
  at: z.iso.datetime(),
});
export type Standing = z.infer<typeof Standing>;

/** So many runs that break down one after another are no accident: somebody has to look. */
export const mostFailures = 5;

/**
 * Whether the pipeline should halt: the newest runs all failed, and all began after it was last opened. A run that is
 * held has done its work, and one that a person ended says nothing about the next.
 */
export function shouldHalt(newest: readonly RunRecord[], { at }: Pick<Standing, 'at'>): boolean {
  const ended = newest.filter(({ outcome }) => outcome !== 'running').slice(0, mostFailures);
  return (
    ended.length === mostFailures && ended.every(({ outcome, startedAt }) => outcome === 'failed' && startedAt > at)
  );
}
