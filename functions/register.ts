import { app } from '@azure/functions';
import * as df from 'durable-functions';
import type { Ports } from '../medallion/ports/index.ts';
import { cancelJob } from '../orchestrations/activities/cancel-job.ts';
import { clearWakeUp } from '../orchestrations/activities/clear-wake-up.ts';
import { completePlan } from '../orchestrations/activities/complete-plan.ts';
import { finalizeFiles } from '../orchestrations/activities/finalize-files.ts';
import { findConsistentCut } from '../orchestrations/activities/find-consistent-cut.ts';
import { formBatch } from '../orchestrations/activities/form-batch.ts';
import { judgeLayer } from '../orchestrations/activities/judge-layer.ts';
import { preparePlan } from '../orchestrations/activities/prepare-plan.ts';
import { publishRelease } from '../orchestrations/activities/publish-release.ts';
import { readCoverage } from '../orchestrations/activities/read-coverage.ts';
import { readJobState } from '../orchestrations/activities/read-job-state.ts';
import { readProgress } from '../orchestrations/activities/read-progress.ts';
import { readReport } from '../orchestrations/activities/read-report.ts';
import { readSettings } from '../orchestrations/activities/read-settings.ts';
import { recordRun } from '../orchestrations/activities/record-run.ts';
import { recordStream } from '../orchestrations/activities/record-stream.ts';
import { requestDrain } from '../orchestrations/activities/request-drain.ts';
import { setPublishing } from '../orchestrations/activities/set-publishing.ts';
import { stopPreviousStream } from '../orchestrations/activities/stop-previous-stream.ts';
import { submitJob } from '../orchestrations/activities/submit-job.ts';
import { watchStream } from '../orchestrations/activities/watch-stream.ts';
import { buildLayer } from '../orchestrations/build-layer.ts';
import { pipeline } from '../orchestrations/pipeline.ts';
import { publishStreams } from '../orchestrations/publish-streams.ts';
import { publishWhenAllowed } from '../orchestrations/publish-when-allowed.ts';
import { reprocess } from '../orchestrations/reprocess.ts';
import { runBatch } from '../orchestrations/run-batch.ts';
import { superviseStream } from '../orchestrations/supervise-stream.ts';
import { waitForJob } from '../orchestrations/wait-for-job.ts';
import type { Access } from './http/access.ts';
import { type Border, handleRequest } from './http/middleware.ts';
import { OpenRequests } from './http/open-requests.ts';
import { type Assets, createPageHandler } from './http/page.ts';
import { RejectionMetrics } from './http/rejection-metrics.ts';
import { createIdentity } from './http/request-identity.ts';
import type { Engine, Route } from './http/route.ts';
import { createRoutes } from './http/routes/index.ts';
import { blobLanded } from './triggers/blob-landed.ts';
import { bindReferencesOnly, type LandedBlob } from './triggers/blob-reference.ts';
import { pathRenamed } from './triggers/path-renamed.ts';
import { retention } from './triggers/retention.ts';
import { sweep } from './triggers/sweep.ts';
import { endPipeline, getPipelineStatus, wakePipeline } from './triggers/wake-pipeline.ts';
import { wakeStreams } from './triggers/wake-streams.ts';

interface AppSettings {
  readonly access: Access;
  readonly assets: Assets;
  readonly environment: string;
  readonly landing: string;
}

/** Half past each hour. */
const retentionSchedule = '0 30 * * * *';

const orchestrations = [
  pipeline,
  reprocess,
  runBatch,
  buildLayer,
  publishWhenAllowed,
  waitForJob,
  superviseStream,
  publishStreams,
];

const activities = [
  cancelJob,
  clearWakeUp,
  completePlan,
  finalizeFiles,
  findConsistentCut,
  formBatch,
  judgeLayer,
  preparePlan,
  publishRelease,
  readCoverage,
  readJobState,
  readProgress,
  readReport,
  readSettings,
  recordRun,
  recordStream,
  requestDrain,
  setPublishing,
  stopPreviousStream,
  submitJob,
  watchStream,
];

/** The table of contents of the running app. */
export function register(ports: Ports, { access, assets, environment, landing }: AppSettings): void {
  const rejections = new RejectionMetrics();
  const border = { access, openRequests: new OpenRequests(), rejections };
  registerTriggers(ports, landing, rejections);
  for (const route of createRoutes({ access, environment, getRejections: () => rejections.counts }))
    registerRoute(ports, route, border);
  app.http('page', { route: '{*asset}', methods: ['GET'], authLevel: 'anonymous', handler: createPageHandler(assets) });
  for (const orchestration of orchestrations) df.app.orchestration(orchestration.name, orchestration);
  for (const activity of activities) df.app.activity(activity.name, { handler: activity.bind(ports) });
}

function registerTriggers(ports: Ports, landing: string, rejections: RejectionMetrics): void {
  bindReferencesOnly();
  const countRejection = () => rejections.count('foreign_event');
  const createIntake = (client: df.DurableClient) => ({
    landing,
    countRejection,
    wake: () => wakePipeline(client, ports),
  });
  df.app.client.storageBlob('blobLanded', {
    path: `${landing}/{name}`,
    connection: 'LANDING',
    source: 'EventGrid',
    sdkBinding: true,
    handler: (blob, client, log) => blobLanded(ports, blob as LandedBlob, createIntake(client), log),
  });
  df.app.client.eventGrid('pathRenamed', {
    handler: (event, client, log) => pathRenamed(ports, event, createIntake(client), log),
  });
  df.app.client.timer('sweep', {
    schedule: '%SWEEP_SCHEDULE%',
    handler: async (_timer, client, log) => {
      await wakeStreams(client, ports);
      await sweep(ports, () => wakePipeline(client, ports), log);
    },
  });
  df.app.client.timer('retention', {
    schedule: retentionSchedule,
    handler: (_timer, client, log) => retention(ports, client, log),
  });
}

function registerRoute(ports: Ports, route: Route, border: Border): void {
  df.app.client.http(route.name, {
    route: route.path,
    methods: [route.method],
    // Who may call is decided by the middleware, from the platform's identity: a key is shared and names nobody.
    authLevel: 'anonymous',
    handler: (request, client, log) => {
      const engine: Engine = {
        wake: () => wakePipeline(client, ports),
        wakeStreams: () => wakeStreams(client, ports),
        endPipeline: () => endPipeline(client),
        getPipelineStatus: () => getPipelineStatus(client),
      };
      const identity = createIdentity(new Date());
      const context = { ports, engine, identity, now: () => new Date(), log };
      return handleRequest(route, request, context, border);
    },
  });
}
