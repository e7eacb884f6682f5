import { z } from 'zod';

/** Where backups of the state table are in the control container. Only one with a summary is complete. */
export const backupFolder = 'backups';

/** A backup is named after the moment at which it began, so that names sort by age. */
export const createBackupName = (began: Date): string => began.toISOString().replace(/[-:.]/g, '');

export const backupPartPath = (backup: string, part: number): string =>
  `${backupFolder}/${backup}/rows-${String(part).padStart(6, '0')}.jsonl.gz`;
export const backupSummaryPath = (backup: string): string => `${backupFolder}/${backup}.json`;

/** Whether the summary of a backup is of this day, in UTC. */
export const isOfDay = (summary: string, day: Date): boolean =>
  summary.startsWith(`${backupFolder}/${createBackupName(day).slice(0, 8)}`);

export const BackupSummary = z.object({ backup: z.string(), parts: z.int(), rows: z.int() });
export type BackupSummary = z.infer<typeof BackupSummary>;
