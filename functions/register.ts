import { app } from '@azure/functions';
import * as df from 'durable-functions';
import type { World } from '../medallion/world.ts';
import { announcePublishing } from '../orchestrations/activities/announce-publishing.ts';
import { cancelJob } from '../orchestrations/activities/cancel-job.ts';
import { findCut } from '../orchestrations/activities/find-cut.ts';
import { formBatch } from '../orchestrations/activities/form-batch.ts';
import { judgeLayer } from '../orchestrations/activities/judge-layer.ts';
import { publishAgain } from '../orchestrations/activities/publish-again.ts';
import { publishRelease } from '../orchestrations/activities/publish-release.ts';
import { readCoverage } from '../orchestrations/activities/read-coverage.ts';
import { readJobState } from '../orchestrations/activities/read-job-state.ts';
import { readModes } from '../orchestrations/activities/read-modes.ts';
import { readPace } from '../orchestrations/activities/read-pace.ts';
import { readProgress } from '../orchestrations/activities/read-progress.ts';
import { readReport } from '../orchestrations/activities/read-report.ts';
import { recordRun } from '../orchestrations/activities/record-run.ts';
import { recordStream } from '../orchestrations/activities/record-stream.ts';
import { requestDrain } from '../orchestrations/activities/request-drain.ts';
import { retireStream } from '../orchestrations/activities/retire-stream.ts';
import { settleFiles } from '../orchestrations/activities/settle-files.ts';
import { silenceDoorbell } from '../orchestrations/activities/silence-doorbell.ts';
import { submitJob } from '../orchestrations/activities/submit-job.ts';
import { watchStream } from '../orchestrations/activities/watch-stream.ts';
import { pipeline } from '../orchestrations/pipeline.ts';
import { promoteLayer } from '../orchestrations/promote-layer.ts';
import { publishStreams } from '../orchestrations/publish-streams.ts';
import { runBatch } from '../orchestrations/run-batch.ts';
import { superviseStream } from '../orchestrations/supervise-stream.ts';
import { waitForJob } from '../orchestrations/wait-for-job.ts';
import { blobLanded } from './blob-landed.ts';
import { fileRequested, filesRequested } from './files-requested.ts';
import { freshnessRequested } from './freshness-requested.ts';
import { healthRequested } from './health-requested.ts';
import { bindReferencesOnly, type LandedBlob } from './landed-blob.ts';
import { runRequested, runsRequested } from './runs-requested.ts';
import { streamAsked, streamsRequested } from './streams-requested.ts';
import { sweep } from './sweep.ts';
import { pipelineStatus, wakePipeline } from './wake-pipeline.ts';
import { wakeStreams } from './wake-streams.ts';

/** The table of contents of the running app. */
export function register(world: World, environment: string): void {
  bindReferencesOnly();

  df.app.client.storageBlob('blobLanded', {
    path: 'landing/{name}',
    connection: 'LANDING',
    source: 'EventGrid',
    sdkBinding: true,
    handler: (blob, client, context) => blobLanded(world, blob as LandedBlob, () => wakePipeline(client), context),
  });

  df.app.client.timer('sweep', {
    schedule: '%SWEEP_SCHEDULE%',
    handler: async (_timer, client, context) => {
      await wakeStreams(client, world);
      await sweep(world, () => wakePipeline(client), context);
    },
  });

  const { registry } = world;
  app.http('files', { route: 'files', methods: ['GET'], authLevel: 'anonymous', handler: filesRequested(registry) });
  app.http('file', { route: 'files/{id}', methods: ['GET'], authLevel: 'anonymous', handler: fileRequested(registry) });
  app.http('runs', { route: 'runs', methods: ['GET'], authLevel: 'anonymous', handler: runsRequested(registry) });
  app.http('run', { route: 'runs/{id}', methods: ['GET'], authLevel: 'anonymous', handler: runRequested(registry) });
  const freshness = freshnessRequested(registry);
  app.http('freshness', { route: 'freshness', methods: ['GET'], authLevel: 'anonymous', handler: freshness });
  app.http('streams', { route: 'streams', methods: ['GET'], authLevel: 'anonymous', handler: streamsRequested(world) });
  df.app.client.http('stream', {
    route: 'streams/{layer}/{action}',
    methods: ['POST'],
    authLevel: 'anonymous',
    handler: (request, client) =>
      streamAsked(world, async () => {
        await wakeStreams(client, world);
        await wakePipeline(client);
      })(request),
  });
  df.app.client.http('health', {
    route: 'health',
    methods: ['GET'],
    authLevel: 'anonymous',
    handler: (_request, client) => healthRequested(registry, environment, () => pipelineStatus(client)),
  });

  for (const orchestration of [pipeline, runBatch, promoteLayer, waitForJob, superviseStream, publishStreams]) {
    df.app.orchestration(orchestration.name, orchestration);
  }

  for (const each of [
    announcePublishing,
    cancelJob,
    findCut,
    formBatch,
    judgeLayer,
    publishAgain,
    publishRelease,
    readCoverage,
    readJobState,
    readModes,
    readPace,
    readProgress,
    readReport,
    recordRun,
    recordStream,
    requestDrain,
    retireStream,
    settleFiles,
    silenceDoorbell,
    submitJob,
    watchStream,
  ]) {
    df.app.activity(each.name, { handler: each.in(world) });
  }
}
