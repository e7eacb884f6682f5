import { z } from 'zod';
import { Layer, type Versions } from '../layer.ts';
import { FileId } from './file.ts';
import { BatchId } from './manifest.ts';

/**
 * What a bronze job did with one file; a quarantined one was set aside as a whole, and an excluded one was not read. Lines
 * are accepted or quarantined; blank lines are no lines.
 */
export const FileAccount = z.object({
  file: FileId,
  outcome: z.enum(['loaded', 'quarantined', 'superseded', 'excluded']),
  reason: z.string().nullish(),
  lines: z.int().nonnegative(),
  blank: z.int().nonnegative(),
  accepted: z.int().nonnegative(),
  quarantinedLines: z.int().nonnegative(),
  violations: z.record(z.string(), z.int()).optional(),
});
export type FileAccount = z.infer<typeof FileAccount>;

const TableChange = z.object({
  table: z.string(),
  version: z.int().nonnegative(),
  changed: z.boolean(),
  inserted: z.int().optional(),
  updated: z.int().optional(),
  deleted: z.int().optional(),
});

/** What a job says it did, written by the job into the lake. */
export const JobReport = z.object({
  batch: BatchId,
  layer: Layer,
  at: z.string().optional(),
  /** The version of the wheel that wrote it; none where a job runs from plain sources. */
  wheel: z.string().nullish(),
  files: z.array(FileAccount).optional(),
  /** By dataset, columns that no contract names and that no earlier report has told of. */
  newColumns: z.record(z.string(), z.array(z.string())).optional(),
  tables: z.array(TableChange),
  keys: z.record(z.string(), z.int()).optional(),
  seconds: z.record(z.string(), z.number()).optional(),
});
export type JobReport = z.infer<typeof JobReport>;

export const getReportedVersions = (report: Pick<JobReport, 'tables'>): Versions =>
  Object.fromEntries(report.tables.map(({ table, version }) => [table, version]));
