import { z } from 'zod';
import { CurrentRelease } from '../../../medallion/releases/release.ts';
import { PipelineState } from '../../../medallion/runs/pipeline-state.ts';
import { RunRecord } from '../../../medallion/runs/run.ts';
import { route } from '../route.ts';

const RunSummary = RunRecord.pick({
  batch: true,
  outcome: true,
  release: true,
  reason: true,
  startedAt: true,
  endedAt: true,
});

const Status = z.object({
  environment: z.string(),
  /** Of the orchestration of the pipeline, which ends while it is paused. */
  orchestrationStatus: z.string(),
  /** Whether releases of streams are being published. */
  isPublishing: z.boolean(),
  pipelineState: PipelineState.optional(),
  /** Of each dataset at most a thousand are counted. */
  pendingFiles: z.int(),
  /** A plan that waits to be executed. */
  queuedPlan: z.string().optional(),
  runningRuns: z.array(z.string()),
  lastRun: RunSummary.optional(),
  currentRelease: CurrentRelease.optional(),
  rejectedRequests: z.record(z.string(), z.int()),
});

/** What the operator is doing. `rejectedRequests` counts what this instance rejected since it started, by code. */
export const createStatusRoute = (environment: string, getRejections: () => Record<string, number>) =>
  route({
    name: 'status',
    path: 'api/status',
    role: 'reader',
    summary: 'What waits, what runs, how the last run ended, and what readers see.',
    answer: Status,
    handle: async ({ engine, ports }) => {
      const [queuedPlan, pendingFiles, running, orchestrationStatus, isPublishing, pipelineState] = await Promise.all([
        ports.plans.nextQueued(),
        ports.queue.count(),
        ports.runs.listRunning(),
        engine.getPipelineStatus(),
        ports.streams.isPublishing(),
        ports.pipelineControl.getState(),
      ]);
      // Afterwards: a run that is no longer among the running ones is then the last one, and not the run before it.
      const [lastRun, published] = await Promise.all([ports.runs.lastEnded(), ports.releases.get()]);
      const currentRelease = published?.state.current;
      return {
        environment,
        orchestrationStatus,
        isPublishing,
        pendingFiles,
        runningRuns: running.map(({ batch }) => batch),
        rejectedRequests: getRejections(),
        ...(queuedPlan ? { queuedPlan } : {}),
        ...(pipelineState ? { pipelineState } : {}),
        ...(lastRun ? { lastRun: RunSummary.parse(lastRun) } : {}),
        ...(currentRelease ? { currentRelease } : {}),
      };
    },
  });
