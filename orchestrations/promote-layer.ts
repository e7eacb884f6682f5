import type { OrchestrationContext, Task } from 'durable-functions';
import { z } from 'zod';
import { BatchId } from '../medallion/files/manifest.ts';
import { Layer, Mode, Versions } from '../medallion/layer.ts';
import { heldBy, reasonOf, Verdict } from '../medallion/quality/verdict.ts';
import { JobState } from '../medallion/runs/job.ts';
import { judgeLayer } from './activities/judge-layer.ts';
import { publishRelease } from './activities/publish-release.ts';
import { readCoverage } from './activities/read-coverage.ts';
import { Pace } from './activities/read-pace.ts';
import { readReport } from './activities/read-report.ts';
import { submitJob } from './activities/submit-job.ts';
import { call } from './activity.ts';
import { after } from './clock.ts';

/** `below` are the versions that the layers underneath were judged at, `held` the published tables that have to wait for them. */
export const Promotion = z.object({
  batch: BatchId,
  layer: Layer,
  below: Versions,
  held: z.array(z.string()).default([]),
  pace: Pace,
  mode: Mode,
});
type Promotion = z.infer<typeof Promotion>;

export const Promoted = z.object({
  outcome: z.enum(['passed', 'held', 'failed']),
  jobRuns: z.array(z.string()),
  because: z.string().optional(),
  verdict: Verdict.optional(),
  versions: Versions.optional(),
  release: z.string().optional(),
});
export type Promoted = z.infer<typeof Promoted>;

/** Runs a layer's job, has the result judged, and publishes gold only if no blocking rule is broken. */
export function* promoteLayer(context: OrchestrationContext): Generator<Task, Promoted, unknown> {
  const promotion = Promotion.parse(context.df.getInput());
  const { batch, layer, below } = promotion;

  const { because, jobRuns, versions } = yield* promotion.mode === 'continuous'
    ? awaitStream(context, promotion)
    : runJob(context, promotion);
  if (versions === undefined) return { outcome: 'failed', jobRuns, because };

  const verdict = yield* call(context, judgeLayer, { batch, layer, versions: { ...below, ...versions } });
  if (verdict.outcome === 'blocked') return { outcome: 'held', jobRuns, verdict, versions, because: reasonOf(verdict) };
  if (layer !== 'gold') return { outcome: 'passed', jobRuns, verdict, versions };

  const held = [...new Set([...promotion.held, ...heldBy(verdict)])];
  const published = yield* call(context, publishRelease, { batch, versions, verdict, held });
  if (published.kind === 'refused')
    return { outcome: 'failed', jobRuns, verdict, versions, because: published.because };
  return { outcome: 'passed', jobRuns, verdict, versions, release: published.release };
}

/** The versions that a layer has come to, or why it has not. */
interface Built {
  readonly jobRuns: string[];
  readonly versions?: Versions;
  readonly because?: string;
}

const growth = 1.2;

/** The layer's stream takes the batch in by itself, unless the layer is no longer one that streams. */
function* awaitStream(context: OrchestrationContext, promotion: Promotion): Generator<Task, Built, unknown> {
  const { batch, below, layer, pace } = promotion;
  for (let seconds = pace.firstPollSeconds; ; seconds = Math.min(seconds * growth, pace.idleSeconds)) {
    const coverage = yield* call(context, readCoverage, { batch, layer, below });
    if (coverage.kind === 'covered') return { jobRuns: [], versions: coverage.versions };
    if (coverage.kind === 'switched') return yield* runJob(context, promotion);
    if (coverage.kind === 'given up') return { jobRuns: [], because: coverage.because };
    yield context.df.createTimer(after(context, { seconds }));
  }
}

/** Submits, waits, submits anew while another attempt may end better, and reads the report. */
function* runJob(context: OrchestrationContext, { batch, layer, pace }: Promotion): Generator<Task, Built, unknown> {
  const jobRuns: string[] = [];
  for (let attempt = 1; ; attempt++) {
    const submission = yield* call(context, submitJob, { batch, layer, attempt });
    if (submission.kind === 'refused') return { jobRuns, because: submission.because };
    jobRuns.push(submission.jobRun);

    const wait = {
      jobRun: submission.jobRun,
      batch,
      pollSeconds: pace.firstPollSeconds,
      longestPollSeconds: pace.longestPollSeconds,
    };
    const job = JobState.parse(yield context.df.callSubOrchestrator('waitForJob', wait));
    if (job.state === 'succeeded') {
      const report = yield* call(context, readReport, { batch, layer });
      return { jobRuns, ...(report.kind === 'missing' ? { because: report.because } : { versions: report.versions }) };
    }

    const because =
      job.state === 'ended' ? `Attempt ${attempt} of the ${layer} job ended with ${job.code}. ${job.because}` : '';
    if (job.state !== 'ended' || !job.again || attempt >= pace.attempts) return { jobRuns, because };
    yield context.df.createTimer(after(context, { seconds: pace.longestPollSeconds * attempt }));
  }
}
