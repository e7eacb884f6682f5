import { BackupSummary, backupFolder, backupPartPath } from '../../medallion/backup.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { finalizeFiles } from '../intake/finalize-files.ts';
import { recordRun } from '../runs/record-run.ts';

type RestorePorts = Pick<Ports, 'auditLog' | 'stateRows'> &
  Parameters<typeof finalizeFiles>[0] &
  Parameters<typeof recordRun>[0];

/**
 * Fills a state table that was just made from the newest complete backup, if there is one, before anybody uses it. It may
 * be stopped, and done by several instances at once: a row is inserted once, and only the end marks the table as in use.
 */
export async function restoreState(ports: RestorePorts, now: Date): Promise<void> {
  if (await ports.stateRows.isOpened()) return;
  const path = (await ports.lake.listControl(backupFolder)).at(-1);
  if (path !== undefined) await restore(ports, path, now);
  await ports.stateRows.open();
}

async function restore(ports: RestorePorts, path: string, now: Date): Promise<void> {
  const { backup, parts } = BackupSummary.parse(JSON.parse((await ports.lake.readControl(path)) ?? 'null'));
  for (let part = 1; part <= parts; part++) await restorePart(ports, path, backupPartPath(backup, part));
  const reason = `The state table was lost, and restored from backup '${backup}'.`;
  await endRunning(ports, `${reason} Retry the run.`, now);
  await ports.auditLog.record({
    entry: `restore-${now.getTime()}`,
    at: now.toISOString(),
    actor: 'operator',
    action: 'restore',
    target: 'state-table',
    reason,
  });
}

async function restorePart({ lake, stateRows }: RestorePorts, summary: string, path: string): Promise<void> {
  const text = await lake.readPacked(path);
  if (text === undefined)
    throw new Error(`'${path}' is not there, so its backup is not complete. Remove '${summary}' to use an older one.`);
  await stateRows.insertMissing(text.split('\n').filter((line) => line !== ''));
}

/** Whatever ran when the rows were copied has ended since, or was stopped: nobody would ever say so. */
async function endRunning(ports: RestorePorts, reason: string, now: Date): Promise<void> {
  for (const run of await ports.runs.listRunning()) {
    const ended = { ...run, outcome: 'failed' as const, endedAt: now.toISOString(), reason };
    await finalizeFiles(ports, ended, now);
    await recordRun(ports, ended);
  }
}
