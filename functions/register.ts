import { app } from '@azure/functions';
import * as df from 'durable-functions';
import type { World } from '../medallion/world.ts';
import { formBatch } from '../orchestrations/activities/form-batch.ts';
import { judgeLayer } from '../orchestrations/activities/judge-layer.ts';
import { publishAgain } from '../orchestrations/activities/publish-again.ts';
import { publishRelease } from '../orchestrations/activities/publish-release.ts';
import { readJobState } from '../orchestrations/activities/read-job-state.ts';
import { readPace } from '../orchestrations/activities/read-pace.ts';
import { readReport } from '../orchestrations/activities/read-report.ts';
import { recordRun } from '../orchestrations/activities/record-run.ts';
import { settleFiles } from '../orchestrations/activities/settle-files.ts';
import { silenceDoorbell } from '../orchestrations/activities/silence-doorbell.ts';
import { submitJob } from '../orchestrations/activities/submit-job.ts';
import { pipeline } from '../orchestrations/pipeline.ts';
import { promoteLayer } from '../orchestrations/promote-layer.ts';
import { runBatch } from '../orchestrations/run-batch.ts';
import { waitForJob } from '../orchestrations/wait-for-job.ts';
import { blobLanded } from './blob-landed.ts';
import { fileRequested, filesRequested } from './files-requested.ts';
import { healthRequested } from './health-requested.ts';
import { bindReferencesOnly, type LandedBlob } from './landed-blob.ts';
import { runRequested, runsRequested } from './runs-requested.ts';
import { sweep } from './sweep.ts';
import { pipelineStatus, wakePipeline } from './wake-pipeline.ts';

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
    handler: (_timer, client, context) => sweep(world, () => wakePipeline(client), context),
  });

  const { registry } = world;
  app.http('files', { route: 'files', methods: ['GET'], authLevel: 'anonymous', handler: filesRequested(registry) });
  app.http('file', { route: 'files/{id}', methods: ['GET'], authLevel: 'anonymous', handler: fileRequested(registry) });
  app.http('runs', { route: 'runs', methods: ['GET'], authLevel: 'anonymous', handler: runsRequested(registry) });
  app.http('run', { route: 'runs/{id}', methods: ['GET'], authLevel: 'anonymous', handler: runRequested(registry) });
  df.app.client.http('health', {
    route: 'health',
    methods: ['GET'],
    authLevel: 'anonymous',
    handler: (_request, client) => healthRequested(registry, environment, () => pipelineStatus(client)),
  });

  for (const orchestration of [pipeline, runBatch, promoteLayer, waitForJob]) {
    df.app.orchestration(orchestration.name, orchestration);
  }

  for (const each of [
    formBatch,
    judgeLayer,
    publishAgain,
    publishRelease,
    readJobState,
    readPace,
    readReport,
    recordRun,
    settleFiles,
    silenceDoorbell,
    submitJob,
  ]) {
    df.app.activity(each.name, { handler: each.in(world) });
  }
}
