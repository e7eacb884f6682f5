import { z } from 'zod';
import type { RunRecord } from './run.ts';

/** Whether the pipeline takes up work. Files are registered in any case. */
export const PipelineState = z.object({
  state: z.enum(['running', 'paused', 'halted']),
  actor: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
});
export type PipelineState = z.infer<typeof PipelineState>;

/** So many runs that break down one after another are no accident: somebody has to look. */
export const maxFailures = 5;

/**
 * Whether the pipeline should halt: the newest runs all failed, and all began after it was last resumed. A run that is
 * blocked has done its work, and one that a person ended says nothing about the next.
 */
export function shouldHalt(newest: readonly RunRecord[], { at }: Pick<PipelineState, 'at'>): boolean {
  const ended = newest.filter(({ outcome }) => outcome !== 'running').slice(0, maxFailures);
  return (
    ended.length === maxFailures && ended.every(({ outcome, startedAt }) => outcome === 'failed' && startedAt > at)
  );
}
