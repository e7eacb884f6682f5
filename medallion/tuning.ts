import { z } from 'zod';

const seconds = z.number().positive();

export const StreamTuning = z.strictObject({
  pollIntervalSeconds: seconds.describe('Between two looks at a stream.'),
  publishIntervalSeconds: seconds.describe('Between two releases of what the streams have built.'),
  debounceSeconds: seconds.describe('Wait for the rest of a burst before a manifest is written.'),
  maxFilesPerManifest: z
    .int()
    .min(1)
    .max(10_000)
    .describe('Files in one manifest, unless the stream has fallen behind.'),
  maxInFlightManifests: z.int().min(1).max(100).describe('Manifests on their way to a release at once.'),
  maxRestarts: z.int().min(1).max(100).describe('Failures in a row after which a stream is halted.'),
  initialBackoffSeconds: seconds.describe('Pause before the first restart; it doubles with each failure.'),
  maxBackoffSeconds: seconds.describe('Longest pause before a restart.'),
  drainTimeoutSeconds: seconds.describe('A stream that has not drained after this long is cancelled.'),
});
export type StreamTuning = z.infer<typeof StreamTuning>;

/** How fast the operator polls and how much it takes at a time. This schema is the only one: environments and activities read it. */
export const Tuning = z.strictObject({
  batches: z.strictObject({
    debounceSeconds: seconds.describe('Wait for the rest of a burst before a batch is formed, at most ten times.'),
    maxFilesPerBatch: z.int().min(1).max(10_000).describe('Files in one batch.'),
    // An orchestration that was started by an older operator has none in its input.
    maxBytesPerBatch: z
      .int()
      .min(1)
      .default(16 * 1024 ** 3)
      .describe('Bytes of the files in one batch or manifest; a larger file gets one of its own.'),
    initialPollSeconds: seconds.describe('Before the first look at a job; the interval grows.'),
    maxPollSeconds: seconds.describe('Longest interval between two looks at a job.'),
    idleTimeoutSeconds: seconds.describe('The pipeline looks for work after this long, without being woken.'),
    // An orchestration that was started by an older operator has none in its input.
    minSecondsBetweenRuns: z
      .number()
      .min(0)
      .max(7200)
      .default(0)
      .describe('From the beginning of a run to that of the next; the first after a rest begins at once.'),
    maxAttempts: z.int().min(1).max(10).describe('Attempts of a job before its run fails.'),
  }),
  streams: StreamTuning,
  // An orchestration that was started by an older operator has none in its input.
  sweep: z
    .strictObject({
      settleSeconds: seconds.describe('The sweep leaves a file alone that was written to so recently.'),
    })
    .default({ settleSeconds: 60 }),
});
export type Tuning = z.infer<typeof Tuning>;
