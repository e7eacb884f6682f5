import type { TableClient } from '@azure/data-tables';
import type { IntakeRules } from '../../medallion/files/intake.ts';
import type { StatePorts } from '../../medallion/ports/index.ts';
import { createArchive } from './archive.ts';
import { createAuditLog } from './audit-log.ts';
import { createFiles } from './files.ts';
import { createIdempotencyKeys } from './idempotency-keys.ts';
import { createMarks } from './marks.ts';
import { createPipelineControl } from './pipeline-control.ts';
import { createPlans } from './plans.ts';
import { createQueue } from './queue.ts';
import { createReleases } from './releases.ts';
import { createRuns } from './runs.ts';
import { createStateRows } from './state-rows.ts';
import { createStreams } from './streams.ts';
import { createTableDefinitions } from './table-definitions.ts';
import { createUnreleasedBatches } from './unreleased-batches.ts';

/** Everything that the operator keeps, in one table. */
export const createState = (getTable: () => Promise<TableClient>, landing: readonly IntakeRules[]): StatePorts => ({
  archive: createArchive(getTable, landing),
  files: createFiles(getTable, landing),
  queue: createQueue(
    getTable,
    landing.map(({ dataset }) => dataset),
  ),
  marks: createMarks(getTable),
  runs: createRuns(getTable),
  releases: createReleases(getTable),
  unreleasedBatches: createUnreleasedBatches(getTable),
  streams: createStreams(getTable),
  plans: createPlans(getTable),
  pipelineControl: createPipelineControl(getTable),
  tableDefinitions: createTableDefinitions(getTable),
  auditLog: createAuditLog(getTable),
  idempotencyKeys: createIdempotencyKeys(getTable),
  stateRows: createStateRows(getTable),
});
