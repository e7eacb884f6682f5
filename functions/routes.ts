import { acts } from './acts-requested.ts';
import type { Access } from './api/caller.ts';
import type { Route } from './api/route.ts';
import { file, files } from './files-requested.ts';
import { freshness } from './freshness-requested.ts';
import { health } from './health-requested.ts';
import { openapiOfAll } from './openapi-requested.ts';
import { pausePipeline, resumePipeline } from './pipeline-requested.ts';
import { discardQuarantine, quarantine, quarantinedLines, replayQuarantine } from './quarantine-requested.ts';
import { release, releases, rollBack } from './releases-requested.ts';
import { executeReprocessing, plan, planFiles, planReprocessing } from './reprocess-requested.ts';
import { cancelRun, retryRun, skipRun } from './run-acts-requested.ts';
import { run, runs } from './runs-requested.ts';
import { statusOf } from './status-requested.ts';
import { askStream, streams } from './streams-requested.ts';
import { gymSummary, workoutSummary } from './summaries-requested.ts';

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
