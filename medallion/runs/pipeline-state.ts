import { z } from 'zod';
import type { RunRecord } from './run.ts';

/** Whether the pipeline takes up work. Files are registered in any case. */
export const PipelineState = z.object({
  state: z.enum(['running', 'paused', 'halted']),
  actor: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
  /** Of a pause: whether runs that have begun go on to publish. If not, they wait, and readers see nothing new. */
  mayPublish: z.boolean().optional(),
  /** Of a halt: how often a run has tried since whether the cause is gone, and when the last one began. */
  probes: z.int().optional(),
  probedAt: z.iso.datetime().optional(),
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

const probeMinutes = [15, 30, 60, 120, 240];

/** Whether it is time for a run that tries if the cause of a halt is gone. A pause is only ended by a person. */
export function isProbeDue({ at, probedAt = at, probes = 0, state }: PipelineState, now: Date): boolean {
  const minutes = probeMinutes[Math.min(probes, probeMinutes.length - 1)] ?? 0;
  return state === 'halted' && now.getTime() >= Date.parse(probedAt) + minutes * 60_000;
}

/** Whether the last probe has ended well: a run that is blocked has done its work, too. */
export function hasProbePassed(newest: RunRecord | undefined, { probedAt, state }: PipelineState): boolean {
  const isProbe = newest !== undefined && probedAt !== undefined && newest.startedAt >= probedAt;
  return state === 'halted' && isProbe && ['published', 'blocked'].includes(newest.outcome);
}
