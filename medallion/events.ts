import { z } from 'zod';
import { AuditAction } from './audit/audit-entry.ts';
import { FileStatus } from './files/file.ts';
import { Layer } from './layer.ts';
import { PipelineState } from './runs/pipeline-state.ts';
import { RunOutcome } from './runs/run.ts';

/** A text of somebody else may be of any length. */
const maxTextLength = 2000;

const text = z.string().max(maxTextLength);
const reason = text.optional();
const count = z.int().nonnegative();
const seconds = z.int().nonnegative();

const define = <Fields extends z.ZodRawShape>(description: string, fields: Fields) => ({
  description,
  fields: z.strictObject(fields),
});

/**
 * What the operator logs, by name. A line is one JSON object with the event, the moment and these fields. Alerts wait for
 * these names and fields, so neither ever changes its meaning.
 */
export const events = {
  'file.registered': define('The state table has a new content of a path.', {
    file: text,
    path: text,
    status: FileStatus,
    reason,
  }),
  'file.missing': define('An event named a file that is no longer there.', { path: text }),
  'file.quarantined': define('A run set whole files of a dataset aside.', { batch: text, dataset: text, files: count }),
  'column.new': define('A dataset has columns that its contract does not name. Each is told of once.', {
    batch: text,
    dataset: text,
    columns: text,
  }),
  'event.rejected': define('An event named another container than the landing zone.', { container: text }),
  'request.rejected': define('The API rejected a request.', { status: z.int(), code: text, method: text, path: text }),
  'request.failed': define('The API could not answer a request.', { method: text, path: text, reason: text }),
  'decision.recorded': define('A person or a program decided something. The audit log has who, and why.', {
    entry: text,
    action: AuditAction,
    target: text,
  }),
  'sweep.finished': define('A sweep of what is new, or a slice of the one of everything, has ended.', {
    kind: z.enum(['quick', 'full']),
    isComplete: z.boolean().optional(),
    lookedInAll: count.optional(),
    looked: count,
    missed: count,
    oldestSeconds: seconds,
    failed: count,
  }),
  'sweep.failed': define('A sweep could not do one part of its work.', { subject: text, reason: text }),
  'retention.finished': define(
    'One call has backed the state up, and taken away what was kept for long enough, in its time.',
    {
      backedUpRows: count,
      archivedFiles: count,
      purgedOrchestrations: count,
      failed: count,
    },
  ),
  'retention.failed': define('Something could not be backed up or taken away. The rest was.', {
    subject: text,
    reason: text,
  }),
  'trace.failed': define('The course of a run did not arrive at the collector of traces.', {
    batch: text,
    reason: text,
  }),
  'metrics.failed': define('A sweep could not send its numbers to the collector of metrics.', { reason: text }),
  'operator.status': define('How the operator is, after each sweep.', {
    state: PipelineState.shape.state,
    stateSeconds: seconds.optional(),
    pendingFiles: count,
    oldestPendingSeconds: seconds.optional(),
    oldestPendingDataset: text.optional(),
    releaseAgeSeconds: seconds.optional(),
    isPlanQueued: z.boolean(),
    runningRuns: count,
    isStuck: z.boolean(),
  }),
  'dataset.status': define('How many files of a dataset wait, after each sweep.', {
    dataset: text,
    pendingFiles: count,
    oldestPendingSeconds: seconds,
  }),
  'table.status': define('How old what readers see of a table is, after each sweep.', {
    table: text,
    promiseSeconds: seconds,
    releaseAgeSeconds: seconds.optional(),
    isBurning: z.boolean(),
  }),
  'maintenance.status': define('The last maintenance that has ended, after each sweep.', {
    ageSeconds: seconds,
    erasedLines: count,
    waitingTables: count,
    overdueErasures: count,
  }),
  'batch.formed': define('The pipeline has taken files that waited into a batch.', {
    batch: text,
    files: count,
    datasets: text,
  }),
  'batch.retry_scheduled': define('A batch could not go on, and will be tried again.', {
    batch: text,
    delaySeconds: seconds,
    reason: text,
  }),
  'job.submitted': define('A job was started for a layer.', {
    batch: text,
    layer: Layer,
    jobRun: text,
    attempt: count,
  }),
  'job.ended': define('A job of a layer has ended.', {
    batch: text,
    layer: Layer,
    jobRun: text,
    state: text,
    reason,
  }),
  'layer.judged': define('The gate has decided on a layer.', {
    batch: text,
    layer: Layer,
    outcome: z.enum(['passed', 'warned', 'blocked']),
  }),
  'run.ended': define('A run has ended, with or without a release.', {
    batch: text,
    outcome: RunOutcome,
    release: text.optional(),
    reason,
    files: count,
    seconds,
    oldestFileSeconds: seconds.optional(),
  }),
  'plan.rejected': define('A plan was not executed: its inputs have changed, or it was taken back.', {
    plan: text,
    batch: text,
  }),
  'pipeline.halted': define('The pipeline has stopped, because too many runs failed in a row.', {
    batch: text,
    reason: text,
  }),
  'service.unavailable': define('A service has been away for a while. The work waits.', {
    activity: text,
    reason: text,
  }),
  'stream.halted': define('A stream was given up, because it failed too often in a row.', {
    layer: Layer,
    stream: text,
    failures: count,
    reason: text,
  }),
  'stream.retry_scheduled': define('A stream could not be looked after, and will be looked at again.', {
    layer: Layer,
    stream: text,
    delaySeconds: seconds,
    reason: text,
  }),
} as const;

export type EventName = keyof typeof events;
export type EventFields<Name extends EventName> = z.input<(typeof events)[Name]['fields']>;

export const eventNames = Object.keys(events) as EventName[];

/** One line of the log. */
export function formatEvent<Name extends EventName>(event: Name, at: Date, fields: EventFields<Name>): string {
  const shorten = (field: unknown) => (typeof field === 'string' ? field.slice(0, maxTextLength) : field);
  const entries = Object.entries(fields).map(([name, field]) => [name, shorten(field)]);
  return JSON.stringify({ event, at: at.toISOString(), ...Object.fromEntries(entries) });
}
