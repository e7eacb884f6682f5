import type { Access } from '../caller.ts';
import type { Route } from '../route.ts';
import { acts } from './audit-log.ts';
import { file, files } from './files.ts';
import { freshness } from './freshness.ts';
import { health } from './health.ts';
import { openapiOfAll } from './openapi.ts';
import { pausePipeline, resumePipeline } from './pipeline.ts';
import { discardQuarantine, quarantine, quarantinedLines, replayQuarantine } from './quarantine.ts';
import { release, releases, rollBack } from './releases.ts';
import { executeReprocessing, plan, planFiles, planReprocessing } from './reprocess.ts';
import { cancelRun, retryRun, skipRun } from './run-actions.ts';
import { run, runs } from './runs.ts';
import { statusOf } from './status.ts';
import { askStream, streams } from './streams.ts';
import { gymSummary, workoutSummary } from './summaries.ts';

interface Place {
  readonly access: Access;
  readonly environment: string;
  readonly refused: () => Record<string, number>;
}

/** The whole API. What is not in this table is not answered, and not described. */
export function routesOf({ access, environment, refused }: Place): readonly Route[] {
  const routes: Route[] = [
    health,
    openapiOfAll(() => routes, access),
    statusOf(environment, refused),
    files,
    file,
    runs,
    run,
    cancelRun,
    retryRun,
    skipRun,
    pausePipeline,
    resumePipeline,
    releases,
    release,
    rollBack,
    quarantine,
    quarantinedLines,
    replayQuarantine,
    discardQuarantine,
    planReprocessing,
    plan,
    planFiles,
    executeReprocessing,
    streams,
    askStream,
    freshness,
    acts,
    workoutSummary,
    gymSummary,
  ];
  return routes;
}
