import type { LandingContract, TableContract } from '../contracts/contract.ts';
import type { Definitions } from '../contracts/definition.ts';
import type { Modes } from '../layer.ts';
import type { Tuning } from '../tuning.ts';
import type { Archive } from './archive.ts';
import type { AuditLog } from './audit-log.ts';
import type { Files } from './files.ts';
import type { IdempotencyKeys } from './idempotency-keys.ts';
import type { Jobs } from './jobs.ts';
import type { Lake } from './lake.ts';
import type { Marks } from './marks.ts';
import type { Metrics } from './metrics.ts';
import type { PipelineControl } from './pipeline-control.ts';
import type { Plans } from './plans.ts';
import type { Queue } from './queue.ts';
import type { Releases } from './releases.ts';
import type { Runs } from './runs.ts';
import type { SqlWarehouse } from './sql-warehouse.ts';
import type { StateRows } from './state-rows.ts';
import type { Streams } from './streams.ts';
import type { TableDefinitions } from './table-definitions.ts';
import type { Traces } from './traces.ts';
import type { UnreleasedBatches } from './unreleased-batches.ts';

/** The rows that the operator keeps, by subject. */
export interface StatePorts {
  readonly archive: Archive;
  readonly files: Files;
  readonly queue: Queue;
  readonly marks: Marks;
  readonly runs: Runs;
  readonly releases: Releases;
  readonly unreleasedBatches: UnreleasedBatches;
  readonly streams: Streams;
  readonly plans: Plans;
  readonly pipelineControl: PipelineControl;
  readonly tableDefinitions: TableDefinitions;
  readonly auditLog: AuditLog;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly stateRows: StateRows;
}

/** What an environment says, and its contracts. */
export interface Configuration {
  readonly datasets: readonly LandingContract[];
  readonly tables: readonly TableContract[];
  /** The group that sees personal data as they are. */
  readonly privacyGroup: string;
  /** What computes each table now. */
  readonly definitions: Definitions;
  /** The version of the operator, which its jobs have too. */
  readonly version: string;
  readonly tuning: Tuning;
  /** The modes of the layers, unless somebody has set others. */
  readonly modes: Modes;
  /** Whether a layer runs on compute that was deployed for its mode: a triggered one on compute that ends by itself. */
  readonly isComputeDeployed: boolean;
}

/** Everything an operation may touch. An operation names those that it uses: `Pick<Ports, 'files' | 'lake'>`. */
export interface Ports extends StatePorts, Configuration {
  readonly lake: Lake;
  readonly jobs: Jobs;
  readonly metrics: Metrics;
  readonly sqlWarehouse: SqlWarehouse;
  readonly traces: Traces;
}
