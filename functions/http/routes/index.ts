import type { Access } from '../access.ts';
import type { Route } from '../route.ts';
import { auditLog } from './audit-log.ts';
import { acceptFile, excludeFile, includeFile } from './file-actions.ts';
import { file, files } from './files.ts';
import { freshness } from './freshness.ts';
import { createHealthRoute } from './health.ts';
import { createOpenapiRoute } from './openapi.ts';
import { pausePipeline, resumePipeline } from './pipeline.ts';
import { dismissQuarantine, quarantine, quarantinedLines, replayQuarantine } from './quarantine.ts';
import { release, releaseDiff, releases, rollBack } from './releases.ts';
import { createPlan, executePlan, plan, planFiles, withdrawPlan } from './reprocess.ts';
import { cancelRun, retryRun, skipRun } from './run-actions.ts';
import { run, runs } from './runs.ts';
import { createStatusRoute } from './status.ts';
import { streams, updateStream } from './streams.ts';
import { tableRows, tables } from './tables.ts';

interface RouteSettings {
  readonly access: Access;
  readonly environment: string;
  readonly getRejections: () => Record<string, number>;
}

/** The whole API. What is not in this table is neither handled nor described. */
export function createRoutes({ access, environment, getRejections }: RouteSettings): readonly Route[] {
  const routes: Route[] = [
    createHealthRoute(),
    createOpenapiRoute(() => routes, access),
    createStatusRoute(environment, getRejections),
    files,
    file,
    excludeFile,
    includeFile,
    acceptFile,
    runs,
    run,
    cancelRun,
    retryRun,
    skipRun,
    pausePipeline,
    resumePipeline,
    releases,
    release,
    releaseDiff,
    rollBack,
    quarantine,
    quarantinedLines,
    replayQuarantine,
    dismissQuarantine,
    createPlan,
    plan,
    planFiles,
    executePlan,
    withdrawPlan,
    streams,
    updateStream,
    freshness,
    auditLog,
    tables,
    tableRows,
  ];
  return routes;
}
