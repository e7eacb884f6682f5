import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BatchId } from '../files/manifest.ts';
import { Layer, layers, Mode, type Modes } from '../layer.ts';
import type { JobState } from './job.ts';

/** What has been asked of a layer, over what its environment says. */
export const Wish = z.object({ mode: Mode.optional(), drained: z.boolean().optional() });
export type Wish = z.infer<typeof Wish>;
export type Wishes = Partial<Record<Layer, Wish>>;

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
  because: z.string().optional(),
});
export type StreamRecord = z.infer<typeof StreamRecord>;

export function modesFrom(modes: Modes, wishes: Wishes): Modes {
  const { bronze, silver, gold } = wishes;
  return {
    bronze: bronze?.mode ?? modes.bronze,
    silver: silver?.mode ?? modes.silver,
    gold: gold?.mode ?? modes.gold,
  };
}

/** Only where every layer is always on do files flow without a run for each batch. */
export const isStreaming = (modes: Modes): boolean => layers.every((layer) => modes[layer] === 'continuous');

/** Whether the layer's stream should be up. */
export const isWanted = (layer: Layer, modes: Modes, wishes: Wishes): boolean =>
  modes[layer] === 'continuous' && !wishes[layer]?.drained;

/** A continuous job that is asked to stop finds this file in the control container. */
export const drainPath = (stream: BatchId): string => `drains/${stream}.json`;

export interface Patience {
  readonly restarts: number;
  readonly firstRestartSeconds: number;
  readonly longestRestartSeconds: number;
}

export type Next =
  | { readonly kind: 'restart'; readonly failures: number; readonly seconds: number; readonly because: string }
  | { readonly kind: 'halt'; readonly failures: number; readonly because: string };

/** The platform's own cancel comes when a run has reached its time limit, which an always-on run does now and then. */
const timeIsUp = 'CANCELED';

/** What follows when an always-on run ends by itself. Failures count in a row: a micro-batch that is done wipes them out. */
export function nextOf(
  job: Exclude<JobState, { state: 'active' }>,
  { failures, hasWorked, patience, seed }: { failures: number; hasWorked: boolean; patience: Patience; seed: string },
): Next {
  const ended =
    job.state === 'ended'
      ? job
      : { code: 'SUCCESS', because: 'It ended by itself, though nobody had asked it to.', again: true };
  const because = `The run ended with ${ended.code}. ${ended.because}`;
  const inARow = hasWorked ? 1 : failures + 1;
  if (!ended.again && ended.code !== timeIsUp) return { kind: 'halt', failures: inARow, because };
  if (inARow > patience.restarts) return { kind: 'halt', failures: inARow, because };
  return { kind: 'restart', failures: inARow, seconds: pauseOf(inARow, patience, seed), because };
}

/** Doubles with each failure; the seed spreads restarts over half to all of it, the same in every replay. */
function pauseOf(failures: number, { firstRestartSeconds, longestRestartSeconds }: Patience, seed: string): number {
  const whole = Math.min(firstRestartSeconds * 2 ** (failures - 1), longestRestartSeconds);
  const share = createHash('sha256').update(`${seed}\n${failures}`).digest().readUInt32BE(0) / 2 ** 32;
  return whole * (0.5 + share / 2);
}

/** What a person reads who finds a stream halted. */
export const haltedBecause = (layer: Layer, failures: number, because: string): string =>
  `The ${layer} stream was given up after ${failures} failure(s) in a row. ${because} ` +
  `Remove the cause, then resume it: POST /api/streams/${layer}/resume.`;
