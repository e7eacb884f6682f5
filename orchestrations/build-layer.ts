import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { BatchId } from '../medallion/files/manifest.ts';
import { Layer, Mode, Versions } from '../medallion/layer.ts';
import { JobState } from '../medallion/runs/job.ts';
import type { BuiltLayer } from '../medallion/runs/run-progress.ts';
import { Tuning } from '../medallion/tuning.ts';
import { readCoverage } from './activities/read-coverage.ts';
import { readReport } from './activities/read-report.ts';
import { submitJob } from './activities/submit-job.ts';
import { call } from './activity.ts';
import { after } from './clock.ts';
import { logEvent } from './log-event.ts';

/** `upstreamVersions` are those of the layers below that came of the batch. */
export const Building = z.object({
  batch: BatchId,
  layer: Layer,
  upstreamVersions: Versions,
  tuning: Tuning,
  mode: Mode,
});
export type Building = z.infer<typeof Building>;

export const Built = z.object({
  jobRuns: z.array(z.string()),
  versions: Versions.optional(),
  reason: z.string().optional(),
});

/** Runs a layer's job to its end, or waits until the layer's stream has taken the batch in. */
export function* buildLayer(context: OrchestrationContext): Generator<Task, BuiltLayer, unknown> {
  const building = Building.parse(context.df.getInput());
  return yield* building.mode === 'continuous' ? awaitStream(context, building) : runJob(context, building);
}

const pollGrowth = 1.2;

/** The layer's stream takes the batch in by itself, unless the layer is no longer one that streams. */
function* awaitStream(context: OrchestrationContext, building: Building): Generator<Task, BuiltLayer, unknown> {
  const { batch, layer, tuning, upstreamVersions } = building;
  const { idleTimeoutSeconds, initialPollSeconds } = tuning.batches;
  for (let seconds = initialPollSeconds; ; seconds = Math.min(seconds * pollGrowth, idleTimeoutSeconds)) {
    const coverage = yield* call(context, readCoverage, { batch, layer, upstreamVersions });
    if (coverage.kind === 'covered') return { jobRuns: [], versions: coverage.versions };
    if (coverage.kind === 'switched') return yield* runJob(context, building);
    if (coverage.kind === 'halted') return { jobRuns: [], reason: coverage.reason };
    yield context.df.createTimer(after(context, { seconds }));
  }
}

/** Submits, waits, submits again while another attempt may end better, and reads the report. */
function* runJob(context: OrchestrationContext, building: Building): Generator<Task, BuiltLayer, unknown> {
  const { batch, layer, tuning } = building;
  const { maxAttempts, maxPollSeconds } = tuning.batches;
  const jobRuns: string[] = [];
  for (let attempt = 1; ; attempt++) {
    const submission = yield* call(context, submitJob, { batch, layer, attempt });
    if (submission.kind === 'rejected') return { jobRuns, reason: submission.reason };
    const { jobRun } = submission;
    jobRuns.push(jobRun);
    logEvent(context, 'info', 'job.submitted', { batch, layer, jobRun, attempt });

    const job = yield* waitForEnd(context, building, jobRun);
    logEnd(context, building, jobRun, job);
    if (job.state === 'succeeded') {
      const report = yield* call(context, readReport, { batch, layer });
      return { jobRuns, ...(report.kind === 'present' ? { versions: report.versions } : { reason: report.reason }) };
    }
    if (job.state === 'active') return { jobRuns, reason: `Job run '${jobRun}' was left while it was active.` };

    const reason = `Attempt ${attempt} of the ${layer} job ended with ${job.code}. ${job.reason}`;
    if (!job.isRetryable || attempt >= maxAttempts) return { jobRuns, reason };
    yield context.df.createTimer(after(context, { seconds: maxPollSeconds * attempt }));
  }
}

function logEnd(context: OrchestrationContext, { batch, layer }: Building, jobRun: string, job: JobState): void {
  const { state } = job;
  const reason = 'reason' in job ? { reason: job.reason } : {};
  logEvent(context, state === 'ended' ? 'warn' : 'info', 'job.ended', { batch, layer, jobRun, state, ...reason });
}

function* waitForEnd(
  context: OrchestrationContext,
  { batch, tuning }: Building,
  jobRun: string,
): Generator<Task, JobState, unknown> {
  const { initialPollSeconds: pollSeconds, maxPollSeconds } = tuning.batches;
  const input = { jobRun, batch, pollSeconds, maxPollSeconds };
  return JobState.parse(yield context.df.callSubOrchestrator('waitForJob', input));
}
