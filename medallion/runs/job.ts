import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Layer, Mode } from '../layer.ts';

/** Ids of runs are 64 bits wide: text, so that no digit is lost. */
export const JobRunId = z.string().regex(/^\d+$/);
export type JobRunId = z.infer<typeof JobRunId>;

export interface JobOrder {
  readonly batch: string;
  readonly layer: Layer;
  readonly attempt: number;
  /** Triggered unless it says otherwise. */
  readonly mode?: Mode | undefined;
  /** Names the place of the layer's streams; missing while it is the first. */
  readonly generation?: string | undefined;
}

export const Submission = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accepted'), jobRun: JobRunId }),
  z.object({ kind: z.literal('rejected'), reason: z.string() }),
]);
export type Submission = z.infer<typeof Submission>;

/** Where a job run is. `isRetryable` says whether another attempt may end better. */
export const JobState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('active'), detail: z.string() }),
  z.object({ state: z.literal('succeeded') }),
  z.object({ state: z.literal('ended'), code: z.string(), reason: z.string(), isRetryable: z.boolean() }),
]);
export type JobState = z.infer<typeof JobState>;

/** Same batch, layer, attempt and definition, same token: asking twice never starts two runs. */
export function createIdempotencyToken(order: JobOrder, definition: string): string {
  return createHash('sha256').update([order.batch, order.layer, order.attempt, definition].join('\n')).digest('hex');
}

/** The answer of `GET /api/2.2/jobs/runs/get`, as far as we read it. */
export const JobRunResponse = z.object({
  status: z.object({
    state: z.string(),
    termination_details: z.object({ code: z.string(), message: z.string().optional() }).optional(),
  }),
  tasks: z.array(z.object({ run_id: z.union([z.string(), z.number()]), task_key: z.string() })).optional(),
});
export type JobRunResponse = z.infer<typeof JobRunResponse>;

/** Codes that will be the same next time. Whatever is not listed, the unknown included, is worth another attempt. */
const finalCodes = new Set([
  'USER_CANCELED',
  'CANCELED',
  'DISABLED',
  'UNAUTHORIZED_ERROR',
  'RESOURCE_NOT_FOUND',
  'INVALID_CLUSTER_REQUEST',
  'INVALID_RUN_CONFIGURATION',
  'FEATURE_DISABLED',
  'BUDGET_POLICY_LIMIT_EXCEEDED',
]);

/** Decides on `status` alone; the deprecated `state` calls a failed task an internal error. */
export function toJobState({ status }: JobRunResponse): JobState {
  if (status.state !== 'TERMINATED') return { state: 'active', detail: status.state.toLowerCase() };
  const { code = 'UNKNOWN', message = '' } = status.termination_details ?? {};
  if (code === 'SUCCESS') return { state: 'succeeded' };
  return {
    state: 'ended',
    code,
    reason: message || `The run ended with code ${code}.`,
    isRetryable: !finalCodes.has(code),
  };
}
