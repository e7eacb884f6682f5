import { app } from '@azure/functions';
import * as df from 'durable-functions';
import type { World } from '../medallion/ports/world.ts';
import { publishAgain } from '../operations/releases/roll-back.ts';
import { announcePublishing } from '../orchestrations/activities/announce-publishing.ts';
import { cancelJob } from '../orchestrations/activities/cancel-job.ts';
import { closePlan } from '../orchestrations/activities/close-plan.ts';
import { findCut } from '../orchestrations/activities/find-cut.ts';
import { formBatch } from '../orchestrations/activities/form-batch.ts';
import { judgeLayer } from '../orchestrations/activities/judge-layer.ts';
import { preparePlan } from '../orchestrations/activities/prepare-plan.ts';
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
import { reprocess } from '../orchestrations/reprocess.ts';
import { runBatch } from '../orchestrations/run-batch.ts';
import { superviseStream } from '../orchestrations/supervise-stream.ts';
import { waitForJob } from '../orchestrations/wait-for-job.ts';
import type { Access } from './http/caller.ts';
import { answer } from './http/middleware.ts';
import { type Assets, pageRequested } from './http/page.ts';
import { Refusals } from './http/rejection-metrics.ts';
import { routesOf } from './http/routes/index.ts';
import { blobLanded } from './triggers/blob-landed.ts';
import { bindReferencesOnly, type LandedBlob } from './triggers/blob-reference.ts';
import { sweep } from './triggers/sweep.ts';
import { pipelineStatus, wakePipeline } from './triggers/wake-pipeline.ts';
import { wakeStreams } from './triggers/wake-streams.ts';

/** The table of contents of the running app. */
export function register(
  world: World,
  {
    access,
    assets,
    environment,
    landing,
  }: { readonly access: Access; readonly assets: Assets; readonly environment: string; readonly landing: string },
): void {
  bindReferencesOnly();
  const refusals = new Refusals();
  const refused = () => refusals.count('foreign_event');

  df.app.client.storageBlob('blobLanded', {
    path: `${landing}/{name}`,
    connection: 'LANDING',
    source: 'EventGrid',
    sdkBinding: true,
    handler: (blob, client, context) =>
      blobLanded(world, blob as LandedBlob, { landing, refused, wake: () => wakePipeline(client) }, context),
  });

  df.app.client.timer('sweep', {
    schedule: '%SWEEP_SCHEDULE%',
    handler: async (_timer, client, context) => {
      await wakeStreams(client, world);
      await sweep(world, () => wakePipeline(client), context);
    },
  });

  for (const route of routesOf({ access, environment, refused: () => refusals.counts })) {
    df.app.client.http(route.name, {
      route: route.path,
      methods: [route.method],
      // Who may call is decided by the border, from the platform's identity: a key is shared and tells of nobody.
      authLevel: 'anonymous',
      handler: (request, client, log) => {
        const engine = {
          wake: () => wakePipeline(client),
          wakeStreams: () => wakeStreams(client, world),
          pipelineStatus: () => pipelineStatus(client),
        };
        return answer(route, request, { world, engine, now: () => new Date(), log }, { access, refusals });
      },
    });
  }
  app.http('page', { route: '{*asset}', methods: ['GET'], authLevel: 'anonymous', handler: pageRequested(assets) });

  for (const orchestration of [
    pipeline,
    reprocess,
    runBatch,
    promoteLayer,
    waitForJob,
    superviseStream,
    publishStreams,
  ]) {
    df.app.orchestration(orchestration.name, orchestration);
  }

  for (const each of [
    announcePublishing,
    cancelJob,
    closePlan,
    findCut,
    formBatch,
    judgeLayer,
    preparePlan,
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
