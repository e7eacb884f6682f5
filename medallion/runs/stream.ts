import { z } from 'zod';
import { BatchId } from '../files/manifest.ts';
import { Layer, layers, Mode, type Modes } from '../layer.ts';
import type { StreamTuning } from '../tuning.ts';
import type { JobState } from './job.ts';
import { spread } from './spread.ts';

/** What people have set for a layer, over what its environment says. */
export const StreamSettings = z.object({ mode: Mode.optional(), paused: z.boolean().optional() });
export type StreamSettings = z.infer<typeof StreamSettings>;
export type AllStreamSettings = Partial<Record<Layer, StreamSettings>>;

export const StreamState = z.enum(['running', 'restarting', 'draining', 'drained', 'halted']);

/** What is known of the always-on run of a layer. `stream` names this life of it, from its start to its end. */
export const StreamRecord = z.object({
  layer: Layer,
  stream: BatchId,
  state: StreamState,
  attempt: z.int().positive(),
  /** Failures in a row, with no micro-batch done in between. */
  failures: z.int().nonnegative(),
  since: z.string(),
  jobRuns: z.array(z.string()),
  reason: z.string().optional(),
});
export type StreamRecord = z.infer<typeof StreamRecord>;

export function getEffectiveModes(modes: Modes, { bronze, gold, silver }: AllStreamSettings): Modes {
  return {
    bronze: bronze?.mode ?? modes.bronze,
    silver: silver?.mode ?? modes.silver,
    gold: gold?.mode ?? modes.gold,
  };
}

/** Only where every layer is always on do files flow without a run for each batch. */
export const isStreaming = (modes: Modes): boolean => layers.every((layer) => modes[layer] === 'continuous');

/** Whether the layer's stream should be up. */
export const isWanted = (layer: Layer, modes: Modes, settings: AllStreamSettings): boolean =>
  modes[layer] === 'continuous' && !settings[layer]?.paused;

/** A continuous job that is asked to stop finds this file in the control container. */
export const drainPath = (stream: BatchId): string => `drain-requests/${stream}.json`;

type RestartPolicy = Pick<StreamTuning, 'maxRestarts' | 'initialBackoffSeconds' | 'maxBackoffSeconds'>;

export type RestartDecision =
  | { readonly kind: 'restart'; readonly failures: number; readonly seconds: number; readonly reason: string }
  | { readonly kind: 'halt'; readonly failures: number; readonly reason: string };

interface Failures {
  readonly failures: number;
  /** Whether a micro-batch was done since the run began. */
  readonly hasWorked: boolean;
  readonly policy: RestartPolicy;
  readonly seed: string;
}

/** The platform's own cancel comes when a run has reached its time limit, which an always-on run does now and then. */
const timeLimitCode = 'CANCELED';

/** What follows when an always-on run ends by itself. A micro-batch that was done resets the count of failures. */
export function decideRestart(job: Exclude<JobState, { state: 'active' }>, context: Failures): RestartDecision {
  const { hasWorked, policy, seed } = context;
  const ended =
    job.state === 'ended' ? job : { code: 'SUCCESS', reason: 'Nobody had asked it to end.', isRetryable: true };
  const reason = `The run ended with ${ended.code}. ${ended.reason}`;
  const failures = hasWorked ? 1 : context.failures + 1;
  const isFinal = !ended.isRetryable && ended.code !== timeLimitCode;
  if (isFinal || failures > policy.maxRestarts) return { kind: 'halt', failures, reason };
  return { kind: 'restart', failures, seconds: getBackoffSeconds(failures, policy, seed), reason };
}

/** Doubles with each failure. */
function getBackoffSeconds(failures: number, policy: RestartPolicy, seed: string): number {
  const whole = Math.min(policy.initialBackoffSeconds * 2 ** (failures - 1), policy.maxBackoffSeconds);
  return spread(whole, `${seed}\n${failures}`);
}

/** What a person reads who finds a stream halted. */
export const describeHalt = (layer: Layer, failures: number, reason: string): string =>
  `The ${layer} stream was halted after ${failures} failure(s) in a row. ${reason} ` +
  `Remove the cause, then resume it: PATCH /api/streams/${layer} with {"paused": false}.`;
