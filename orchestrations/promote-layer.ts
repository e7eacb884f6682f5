import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { BatchId } from '../medallion/files/manifest.ts';
import { Layer, Mode, Versions } from '../medallion/layer.ts';
import { describeVerdict, listRetainedTables, Verdict } from '../medallion/quality/verdict.ts';
import { JobState } from '../medallion/runs/job.ts';
import { Tuning } from '../medallion/tuning.ts';
import { judgeLayer } from './activities/judge-layer.ts';
import { publishRelease } from './activities/publish-release.ts';
import { readCoverage } from './activities/read-coverage.ts';
import { readReport } from './activities/read-report.ts';
import { submitJob } from './activities/submit-job.ts';
import { call } from './activity.ts';
import { after } from './clock.ts';

/** `upstreamVersions` are those that the layers below were judged at; `retainedTables` stay as they are because of them. */
export const Promotion = z.object({
  batch: BatchId,
  layer: Layer,
  upstreamVersions: Versions,
  retainedTables: z.array(z.string()).default([]),
  tuning: Tuning,
  mode: Mode,
});
type Promotion = z.infer<typeof Promotion>;

export const Promoted = z.object({
  outcome: z.enum(['passed', 'blocked', 'failed']),
  jobRuns: z.array(z.string()),
  reason: z.string().optional(),
  verdict: Verdict.optional(),
  versions: Versions.optional(),
  release: z.string().optional(),
});
export type Promoted = z.infer<typeof Promoted>;

/** Runs a layer's job, has the result judged, and publishes gold only if no blocking rule is broken. */
export function* promoteLayer(context: OrchestrationContext): Generator<Task, Promoted, unknown> {
  const promotion = Promotion.parse(context.df.getInput());
  const { batch, layer, upstreamVersions } = promotion;

  const { jobRuns, reason, versions } = yield* promotion.mode === 'continuous'
    ? awaitStream(context, promotion)
    : runJob(context, promotion);
  if (versions === undefined) return { outcome: 'failed', jobRuns, reason };

  const verdict = yield* call(context, judgeLayer, { batch, layer, versions: { ...upstreamVersions, ...versions } });
  const judged = { jobRuns, verdict, versions };
  if (verdict.outcome === 'blocked') return { ...judged, outcome: 'blocked', reason: describeVerdict(verdict) };
  if (layer !== 'gold') return { ...judged, outcome: 'passed' };

  const retainedTables = [...new Set([...promotion.retainedTables, ...listRetainedTables(verdict)])];
  const published = yield* call(context, publishRelease, { batch, versions, verdict, retainedTables });
  if (published.kind === 'rejected') return { ...judged, outcome: 'failed', reason: published.reason };
  return { ...judged, outcome: 'passed', release: published.release };
}

/** The versions that a layer has come to, or why it has not. */
interface Built {
  readonly jobRuns: string[];
  readonly versions?: Versions;
  readonly reason?: string;
}

const pollGrowth = 1.2;

/** The layer's stream takes the batch in by itself, unless the layer is no longer one that streams. */
function* awaitStream(context: OrchestrationContext, promotion: Promotion): Generator<Task, Built, unknown> {
  const { batch, layer, tuning, upstreamVersions } = promotion;
  const { idleTimeoutSeconds, initialPollSeconds } = tuning.batches;
  for (let seconds = initialPollSeconds; ; seconds = Math.min(seconds * pollGrowth, idleTimeoutSeconds)) {
    const coverage = yield* call(context, readCoverage, { batch, layer, upstreamVersions });
    if (coverage.kind === 'covered') return { jobRuns: [], versions: coverage.versions };
    if (coverage.kind === 'switched') return yield* runJob(context, promotion);
    if (coverage.kind === 'halted') return { jobRuns: [], reason: coverage.reason };
    yield context.df.createTimer(after(context, { seconds }));
  }
}

/** Submits, waits, submits again while another attempt may end better, and reads the report. */
function* runJob(context: OrchestrationContext, promotion: Promotion): Generator<Task, Built, unknown> {
  const { batch, layer, tuning } = promotion;
  const { maxAttempts, maxPollSeconds } = tuning.batches;
  const jobRuns: string[] = [];
  for (let attempt = 1; ; attempt++) {
    const submission = yield* call(context, submitJob, { batch, layer, attempt });
    if (submission.kind === 'rejected') return { jobRuns, reason: submission.reason };
    jobRuns.push(submission.jobRun);

    const job = yield* waitForEnd(context, promotion, submission.jobRun);
    if (job.state === 'succeeded') {
      const report = yield* call(context, readReport, { batch, layer });
      return { jobRuns, ...(report.kind === 'present' ? { versions: report.versions } : { reason: report.reason }) };
    }
    if (job.state === 'active')
      return { jobRuns, reason: `Job run '${submission.jobRun}' was left while it was active.` };

    const reason = `Attempt ${attempt} of the ${layer} job ended with ${job.code}. ${job.reason}`;
    if (!job.isRetryable || attempt >= maxAttempts) return { jobRuns, reason };
    yield context.df.createTimer(after(context, { seconds: maxPollSeconds * attempt }));
  }
}

function* waitForEnd(
  context: OrchestrationContext,
  { batch, tuning }: Promotion,
  jobRun: string,
): Generator<Task, JobState, unknown> {
  const { initialPollSeconds: pollSeconds, maxPollSeconds } = tuning.batches;
  const input = { jobRun, batch, pollSeconds, maxPollSeconds };
  return JobState.parse(yield context.df.callSubOrchestrator('waitForJob', input));
}
