import { z } from 'zod';
import {
  BackupSummary,
  backupFolder,
  backupPartPath,
  backupSummaryPath,
  createBackupName,
  isOfDay,
} from '../../medallion/backup.ts';
import type { Ports } from '../../medallion/ports/index.ts';

/** So many rows at least are in each part but the last of a call: they are held in memory. */
const partRows = 10_000;

/** So long one call begins new work. What is left is for the next one. */
const maxMilliseconds = 240_000;

const progressMark = 'backup';
const hourMilliseconds = 3_600_000;

/** While no backup is newer than this and none gets done, a call fails, so that somebody hears of it. */
const maxAgeHours = 48;

/** One that was left for so long is given up, since parts expire. */
const maxLeftHours = 168;

/** How far a backup is, and the page of rows with which it goes on. */
const Progress = BackupSummary.extend({ after: z.string().optional() });
type Progress = z.infer<typeof Progress>;

type BackupPorts = Pick<Ports, 'lake' | 'marks' | 'stateRows'>;

/**
 * Copies all rows of the state table into the control container, unless there is a backup of the day. It goes on where the
 * last call has stopped, and answers how many rows this one has copied. Rows that change meanwhile are there as they were
 * before or after. The summary comes last, and a backup without one does not count.
 */
export async function backUp(ports: BackupPorts, now: Date): Promise<number> {
  const summaries = await ports.lake.listControl(backupFolder);
  const left = await takeUp(ports, now);
  if (left === undefined && summaries.some((path) => isOfDay(path, now))) return 0;
  const first = left ?? { backup: createBackupName(now), parts: 0, rows: 0 };
  const { after, ...summary } = await copyRows(ports, first);
  const path = backupSummaryPath(first.backup);
  if (after === undefined) await ports.lake.commitControl(path, JSON.stringify(summary));
  else {
    await ports.marks.set(progressMark, JSON.stringify({ ...summary, after }));
    throwIfOld(summaries.at(-1) ?? path, summary, now);
  }
  return summary.rows - first.rows;
}

/**
 * What the last call has left. The mark is gone until this call ends well: one that breaks off may leave a part that ends
 * at another row than that of its successor would, and then the next call makes another backup.
 */
async function takeUp({ marks }: BackupPorts, now: Date): Promise<Progress | undefined> {
  const mark = await marks.find(progressMark);
  if (mark === undefined) return undefined;
  await marks.clear(progressMark);
  const progress = Progress.parse(JSON.parse(mark));
  return progress.backup < createBackupName(toHoursBefore(now, maxLeftHours)) ? undefined : progress;
}

/** Copies parts until the time of the call is over, or until the end: then there is no page to go on with. */
async function copyRows({ lake, stateRows }: BackupPorts, { backup, ...first }: Progress): Promise<Progress> {
  const endsAt = performance.now() + maxMilliseconds;
  let { after, parts, rows } = first;
  let lines: string[] = [];
  let isOver: boolean;
  do {
    const page = await stateRows.list(after);
    lines.push(...page.rows);
    after = page.next;
    isOver = after === undefined || performance.now() >= endsAt;
    if (lines.length < partRows && !isOver) continue;
    await lake.commitPacked(backupPartPath(backup, ++parts), lines.join('\n'));
    rows += lines.length;
    lines = [];
  } while (!isOver);
  return { backup, parts, rows, after };
}

function throwIfOld(newest: string, { rows }: BackupSummary, now: Date): void {
  if (newest >= backupSummaryPath(createBackupName(toHoursBefore(now, maxAgeHours)))) return;
  throw new Error(
    `No backup was done since '${newest}' began, over ${maxAgeHours} hours ago. The next one has ${rows} rows.`,
  );
}

const toHoursBefore = (now: Date, hours: number): Date => new Date(now.getTime() - hours * hourMilliseconds);
