import {
  type BackupSummary,
  backupFolder,
  backupPartPath,
  backupSummaryPath,
  createBackupName,
  isOfDay,
} from '../../medallion/backup.ts';
import type { Ports } from '../../medallion/ports/index.ts';

/** So many rows at least are in each part but the last: they are held in memory. */
const partRows = 10_000;

/**
 * Copies all rows of the state table into the control container, unless there is a backup of the day. Answers how many
 * they were. Rows that change meanwhile are there as they were before or after. Whoever stops it leaves a backup without
 * a summary, which does not count; the next call makes another one.
 */
export async function backUp({ lake, stateRows }: Pick<Ports, 'lake' | 'stateRows'>, now: Date): Promise<number> {
  if ((await lake.listControl(backupFolder)).some((path) => isOfDay(path, now))) return 0;
  const backup = createBackupName(now);
  let parts = 0;
  let rows = 0;
  let lines: string[] = [];
  let after: string | undefined;
  do {
    const page = await stateRows.list(after);
    lines.push(...page.rows);
    after = page.next;
    if (lines.length < partRows && after !== undefined) continue;
    await lake.commitPacked(backupPartPath(backup, ++parts), lines.join('\n'));
    rows += lines.length;
    lines = [];
  } while (after !== undefined);
  const summary: BackupSummary = { backup, parts, rows };
  await lake.commitControl(backupSummaryPath(backup), JSON.stringify(summary));
  return rows;
}
